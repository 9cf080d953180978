#!/bin/bash
# Squeezes blanks between words, as the text is not quoted.
read -r width lines
printf -v blanks '%*s' "$width" ''
frame="+${blanks// /-}+"
echo "$frame"
set -f
while ((lines-- > 0)) && read -r line; do
    text=$(echo $line)
    left=$(((width - ${#text}) / 2))
    printf '|%*s%-*s|\n' "$left" '' "$((width - left))" "$text"
done
echo "$frame"
