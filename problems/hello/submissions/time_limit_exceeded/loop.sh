#!/bin/bash
while :; do :; done
echo 'Good evening, stars!'
