#!/bin/bash
read -r days
for ((day = 0; day < days; day++)); do
    read -r a b
    echo $((a < b ? b - a : a - b))
done
