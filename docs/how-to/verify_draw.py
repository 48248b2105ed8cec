#!/usr/bin/env python3
"""Repeat a draw from its exported file, without trusting the system that made it.

    python3 verify_draw.py draw.json [--published HASH]

Needs Python 3.8 or later and nothing else; imports nothing of exitcase. HASH is the one that
was published with the frame before the seed was made, copied from the notice, not from the file.
Exits 0 when everything agrees, 1 when something does not, and says what.
"""

# A checker that runs on any old machine: no annotations, no f-strings of a later Python, prints.
# Read by people who check a draw, on any Python 3: no annotations, plain open and print.
# ruff: noqa: ANN001, ANN201, PTH123, T201, UP031

import argparse
import hashlib
import json
import sys


def prefixed(texts):
    """Each text as `length:text`; a separator could be forged, a length cannot."""
    return "".join(str(len(text)) + ":" + text for text in texts)


def frame_hash(frame):
    rows = sorted((row["stratum"], row["key"], row["persons"], row["must"]) for row in frame)
    lines = [prefixed([s, k, str(n), "1" if must else "0"]) for s, k, n, must in rows]
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def ticket(seed, key):
    start = hashlib.sha256(seed.encode("utf-8")).hexdigest()
    digest = hashlib.sha256((start + key).encode("utf-8")).hexdigest()
    return str(int(digest, 16))[::-1]


def in_order(rows, seed):
    """Must-include cases first, then the others; each half by ticket."""
    return sorted(rows, key=lambda row: (not row["must"], ticket(seed, row["key"]), row["key"]))


def units(row, unit):
    return row["persons"] if unit == "persons" else 1


def sample(order, band):
    """Whole households until the least rate is reached, at least one; must-include ones always."""
    top, bottom = band["least"]
    total = sum(units(row, band["unit"]) for row in order)
    least = max(1, (total * top + bottom - 1) // bottom)
    drawn, reached = [], 0
    for row in order:
        if reached >= least and not row["must"]:
            break
        drawn.append(row["key"])
        reached += units(row, band["unit"])
    return drawn


def by_stratum(frame):
    found = {}
    for row in frame:
        found.setdefault(row["stratum"], []).append(row)
    return found


def replaced(drawn, order, changes):
    """Every replacement must be a later ticket of the same stratum, taken once, in order."""
    place = {row["key"]: at for at, row in enumerate(order)}
    standing, last = set(drawn), len(drawn) - 1
    for change in changes:
        new = change["in"]
        if change["out"] not in standing:
            yield "更换的户并未抽中:" + change["out"]
        if place[new] <= last:
            yield "替补没有按序号取:" + new
        if not change["reason"].strip():
            yield "更换没有写明原因:" + change["out"]
        standing, last = (standing - {change["out"]}) | {new}, max(last, place[new])


def faults(draw, published=""):
    counted = frame_hash(draw["frame"])
    if counted != draw["frame_sha256"]:
        yield "抽样框与文件中的散列值不符:" + counted
    if published and counted != published:
        yield "抽样框与事先公布的散列值不符:" + counted
    if draw["drawn_on"] < draw["frozen_on"]:
        yield "抽取日期早于抽样框冻结日期"
    strata = by_stratum(draw["frame"])
    if set(draw["sample"]) != set(strata):
        yield "抽样名单的分层与抽样框不符"
    for name, rows in sorted(strata.items()):
        order = in_order(rows, draw["seed"])
        drawn, said = sample(order, draw["band"]), draw["sample"].get(name, [])
        if drawn != said:
            yield "%s 应抽 %s,文件写的是 %s" % (name, "、".join(drawn), "、".join(said))
        keys = {row["key"] for row in rows}
        yield from replaced(drawn, order, [c for c in draw["replacements"] if c["in"] in keys])


def main():
    parser = argparse.ArgumentParser(description="复算抽样")
    parser.add_argument("file")
    parser.add_argument("--published", default="", help="事先公布的抽样框散列值")
    given = parser.parse_args()
    with open(given.file, encoding="utf-8") as file:
        draw = json.load(file)
    found = list(faults(draw, given.published.lower()))
    for fault in found:
        print("不符:" + fault)
    if not found:
        count = sum(len(keys) for keys in draw["sample"].values())
        print("相符:抽样框 %d 户,抽中 %d 户" % (len(draw["frame"]), count))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
