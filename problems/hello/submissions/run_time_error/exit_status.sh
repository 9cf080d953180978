#!/bin/bash
# A right answer does not count when the program says that it failed.
echo 'Good evening, stars!'
exit 3
