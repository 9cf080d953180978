#!/bin/bash
# @EXPECTED_RESULTS@: COMPILER-ERROR
if true; then
    echo 'Good evening, stars!'
