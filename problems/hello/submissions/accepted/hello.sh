#!/bin/bash
whom=stars
echo "Good evening, ${whom}!"
