#!/bin/bash
# Every expansion is quoted: unquoted, the shell would squeeze blanks and expand the wildcards.
LC_ALL=C
read -r width lines
printf -v blanks '%*s' "$width" ''
frame="+${blanks// /-}+"
echo "$frame"
while ((lines-- > 0)) && IFS= read -r text; do
    left=$(((width - ${#text}) / 2))
    printf '|%*s%-*s|\n' "$left" '' "$((width - left))" "$text"
done
echo "$frame"
