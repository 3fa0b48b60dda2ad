#!/usr/bin/env python3
"""Measure the search for exact and near copies beside rensa (MinHash over word sets, in Rust), on the same documents.

    near-duplicates.py --work DIR --python PYTHON [--toolkit PROGRAM] [--count 10000] [--rounds 3]

PYTHON has `rensa`. It reads the corpus of make-corpus.py as JSON Lines, finds words, and keeps one of each group; all of
that process counts, its start included. Of toolkit the stage `find-duplicates` counts, without a cache, as run.json has
it: it verifies what it finds and keeps everything. The exit code is 1 when the stage takes more CPU time.
"""
import argparse
import json
import os
import subprocess
import statistics
import sys

from measuring import machine, process

STEPS = """\
version: 1
name: near
stages:
  - use: read-files
    with: {{ paths: ["{corpus}"] }}
  - use: find-duplicates
    with: {{ kinds: [exact, near] }}
  - use: export
    with: {{ directory: "out", formats: [jsonl] }}
"""
PEER = """\
import json, re, sys
from rensa import RMinHashDeduplicator
word = re.compile(r"\\w+")
with open(sys.argv[1], encoding="utf-8") as file:
    documents = [json.loads(line) for line in file]
kept = RMinHashDeduplicator(threshold=0.7, num_perm=128, use_lsh=True).add_pairs(
    (each["id"], word.findall(each["text"].lower())) for each in documents)
print(sum(not each for each in kept))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--toolkit", default=".build/release/toolkit")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.toolkit = os.path.abspath(options.toolkit)
    os.makedirs(options.work, exist_ok=True)
    corpus = os.path.abspath(os.path.join(options.work, f"corpus-{options.count}.jsonl"))
    if not os.path.exists(corpus):
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([sys.executable, os.path.join(here, "make-corpus.py"), str(options.count), corpus], check=True)
    for name, text in (("near.yaml", STEPS.format(corpus=corpus)), ("peer.py", PEER)):
        with open(os.path.join(options.work, name), "w", encoding="utf-8") as file:
            file.write(text)
    load, peer, own, found = machine.load(), [], [], []
    for _ in range(options.rounds):
        peer.append(process.run([options.python, "peer.py", corpus], options.work, 600, log="peer.log").cpu)
        process.run([options.toolkit, "run", "near.yaml", "--quiet", "--no-cache", "--workers", "2"], options.work, 600)
        with open(os.path.join(options.work, "out", "run.json"), encoding="utf-8") as file:
            stage = next(stage for stage in json.load(file)["stages"] if stage["use"] == "find-duplicates")
        own.append(stage["cpuSeconds"])
        found = [stage["notes"][kind] for kind in ("exact", "near")]
    with open(os.path.join(options.work, "peer.log"), encoding="utf-8") as file:
        removed = file.read().strip()
    print("| | CPU seconds, median | each round | copies |\n|---|---:|---|---:|")
    for name, values, copies in (("rensa, its process", peer, removed), ("find-duplicates, the stage", own, sum(found))):
        print(f"| {name} | {statistics.median(values):.2f} | {', '.join(f'{value:.2f}' for value in values)} | {copies} |")
    print(f"\n{options.count:,} documents; load {load:.1f} before; {machine.processor()}.")
    return 1 if statistics.median(own) > statistics.median(peer) else 0


if __name__ == "__main__":
    sys.exit(main())
