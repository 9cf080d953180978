#!/usr/bin/env python3
"""Accepts every route that exists and is as fast as the jury's.

Called as: check_route input answer feedback_directory < team_output
"""
import sys
from pathlib import Path

from roads import read_roads

ACCEPTED = 42
WRONG_ANSWER = 43


class Rejected(Exception):
    """The output is wrong; the message says why."""


def read_integers(line, what):
    tokens = line.split()
    for token in tokens:
        digits = token[1:] if token.startswith(b"-") else token
        if not digits.isdigit() or len(digits) > 18:
            raise Rejected(f"{what}: not an integer")
    return [int(token) for token in tokens]


def check(input_path, answer_path, output):
    jury = int(Path(answer_path).read_text().split()[0])
    lines = [line for line in output.split(b"\n") if line.strip()]
    if not lines:
        raise Rejected("no output")
    first = read_integers(lines[0], "time")
    if first != [jury]:
        raise Rejected("the time is not the shortest")
    if jury == -1:
        if len(lines) > 1:
            raise Rejected("more output than -1")
        return
    if len(lines) != 2:
        raise Rejected("not a line with the time and a line with the towns")
    check_towns(read_integers(lines[1], "towns"), jury, *read_roads(input_path))


def check_towns(towns, jury, n, roads):
    if towns[0] != 1 or towns[-1] != n:
        raise Rejected("the route does not lead from the capital to the last town")
    total = 0
    for a, b in zip(towns, towns[1:]):
        if (a, b) not in roads:
            raise Rejected(f"there is no road between {a} and {b}")
        total += roads[a, b]
    if total != jury:
        raise Rejected(f"the route takes {total} minutes, not {jury}")


def main():
    _, input_path, answer_path, feedback_directory, *_ = sys.argv
    try:
        check(input_path, answer_path, sys.stdin.buffer.read())
    except Rejected as reason:
        Path(feedback_directory, "judgemessage.txt").write_text(f"{reason}\n")
        sys.exit(WRONG_ANSWER)
    sys.exit(ACCEPTED)


main()
