#!/bin/bash
# Stops at a name that was never set.
set -eu
read -r width lines
printf '+%*s+\n' "$widht" ''
