#!/usr/bin/env python3
"""Compute an explained figure again from its leaves, without the product that explained it.

    carbonpeak explain --year 2025 --depth 9 --json > figure.json
    python recompute.py figure.json

Plain Python 3.8 or newer, nothing to install, no database. Reads a file or standard input: the
JSON of ``carbonpeak explain --json``, which is a tree of nodes. Of every node that has operands
the value is computed from the values computed of these; leaves (constants, readings, what was
not unfolded) are taken as they stand. Prints every node whose stated value differs.

What the operations mean (``null`` is unknown):

    sum          of the operands that are known; unknown where none is. Where a node has ``hours``,
                 a table [hour, amount, estimated, coverage], it is the sum of its amounts, in which
                 an operand takes the place of the row of its own ``hour``.
    total        of all operands; unknown where one is
    product      of all operands; unknown where one is
    difference   the first less all others; unknown where one is
    quotient     the first divided by all others; unknown where one is, or where one is zero
    minimum      the least; unknown where one is
    constant, reading    leaves

Values are binary doubles (IEEE 754). Sums here are exact and then rounded once; the product adds
in the order of its store. So two values are the same where they differ by at most 1e-9 of the
greatest amount that was added on the way.

Exit code 0: all the same. 1: something differs. 2: the input is not an explained figure.
"""

import json
import math
import sys

TOLERANCE = 1e-9
LEAVES = ("constant", "reading")


class Tally:
    """What was met on the way."""

    def __init__(self):
        self.computed = 0
        self.leaves = 0
        self.folded = 0
        self.rows = 0
        self.differences = []


def total(values):
    """Sum of what is known, and the sum of its magnitudes; None where nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return None, 0.0
    return math.fsum(known), math.fsum(abs(value) for value in known)


def combine(op, values):
    """Value of an operation, and the magnitude its rounding is judged by."""
    if op == "sum":
        return total(values)
    if not values or any(value is None for value in values):
        return None, 0.0
    if op == "total":
        return total(values)
    if op == "product":
        value = math.prod(values)
    elif op == "difference":
        value = math.fsum([values[0], *(-one for one in values[1:])])
        return value, math.fsum(abs(one) for one in values)
    elif op == "quotient":
        if any(one == 0 for one in values[1:]):
            return None, 0.0
        value = values[0]
        for one in values[1:]:
            value = value / one
    elif op == "minimum":
        value = min(values)
    else:
        raise ValueError(f"unknown operation {op!r}")
    return value, abs(value)


def same(stated, computed, magnitude):
    """Whether two values are one figure, but for rounding."""
    if stated is None or computed is None:
        return stated is None and computed is None
    return abs(stated - computed) <= TOLERANCE * max(magnitude, abs(stated), abs(computed))


def check(node, stated, computed, magnitude, tally):
    """Note a difference between what is stated and what was computed."""
    if not same(stated, computed, magnitude):
        tally.differences.append((node["id"], stated, computed, node.get("unit", "")))


def of_hours(node, tally):
    """Sum of a table of hours; operands stand for the row of their hour."""
    unfolded = {one["hour"]: one for one in node.get("operands", ())}
    values = []
    for row in node["hours"]:
        tally.rows += 1
        inner = unfolded.pop(row[0], None)
        if inner is None:
            values.append((row[1], abs(row[1] or 0.0)))
            continue
        value, magnitude = recompute(inner, tally)
        check(inner, row[1], value, magnitude, tally)
        values.append((value, magnitude))
    for hour, inner in unfolded.items():
        tally.differences.append((inner["id"], None, f"no row of hour {hour}", ""))
    value, _ = total([value for value, _ in values])
    return value, math.fsum(magnitude for _, magnitude in values)


def recompute(node, tally):
    """Value of a node from its leaves, and the magnitude of what was added on the way."""
    stated, op = node["value"], node["op"]
    if op in LEAVES or node.get("folded"):
        tally.folded += bool(node.get("folded"))
        tally.leaves += 1
        return stated, abs(stated or 0.0)
    tally.computed += 1
    if node.get("hours") is not None:
        value, magnitude = of_hours(node, tally)
    else:
        below = [recompute(one, tally) for one in node["operands"]]
        value, magnitude = combine(op, [one for one, _ in below])
        if op in ("sum", "total", "difference"):
            magnitude = max(magnitude, math.fsum(one for _, one in below))
    check(node, stated, value, magnitude, tally)
    return value, magnitude


def main(arguments):
    """Read a figure, compute it, say what differs."""
    if len(arguments) > 1 or (arguments and arguments[0] in ("-h", "--help")):
        print(__doc__)
        return 2
    try:
        if arguments and arguments[0] != "-":
            with open(arguments[0], encoding="utf-8") as file:
                figure = json.load(file)
        else:
            figure = json.load(sys.stdin)
        root = figure.get("figure", figure)
        tally = Tally()
        sys.setrecursionlimit(10000)
        value, _ = recompute(root, tally)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"not an explained figure: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for name, stated, computed, unit in tally.differences:
        print(f"differs: {name}: stated {stated!r}, computed {computed!r} {unit}")
    unit = root.get("unit", "")
    print(f"{root['id']}: stated {root['value']!r}, computed {value!r} {unit}")
    print(
        f"{tally.computed} nodes computed, {tally.rows} hours of tables, "
        f"{tally.leaves} leaves taken as given ({tally.folded} of them not unfolded), "
        f"{len(tally.differences)} differences"
    )
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
