#!/usr/bin/env python3
"""Measure what the search for translations costs as a corpus grows.

    duplicates-scale.py EVAL DATA --work DIR [--toolkit PROGRAM] [--counts 10000,100000] [--workers 2] [--seed 0]

EVAL has collection.py and score_duplicates.py, DATA one text file for each language, all with the same lines, and
DOCUMENT_IDS.tsv. For each count, documents are put together from lines at random, 2 % of them translations of others,
and run twice: the first run encodes sentences, and is not measured; the second one finds their vectors in the cache and
does everything else again. Beside it runs the same pipeline without translations: the difference is what they cost.

Printed are, for each count, CPU time per document (all threads) and how often that of the smallest count; peak memory,
and how much of it is not vectors, per document more than at the smallest count; and how many translations were found.
The exit code is 1 when the time per document grows by more than half, or memory by more than 3 KB a document.
"""
import argparse
import json
import os
import re
import subprocess
import sys

from measuring import machine, process
from measuring.process import say

STEPS = """\
version: 1
name: growing
stages:
  - use: read-files
    with: {{ paths: ["{corpus}/*.txt"] }}
  - use: detect-language
    with: {{ segments: false }}
  - use: find-duplicates
    with: {{ kinds: [{kinds}] }}
  - use: export
    with: {{ directory: "out-{name}", formats: [jsonl] }}
"""
ALL = "exact, near, translation"
# A vector has 384 numbers of four bytes.
VECTOR = 384 * 4


def measure(options, count):
    folder = os.path.join(options.work, str(count))
    corpus = os.path.join(folder, "corpus")
    if not os.path.exists(corpus + ".truth.json"):
        os.makedirs(folder, exist_ok=True)
        subprocess.run([sys.executable, os.path.join(options.eval, "collection.py"), "growing", "--data", options.data,
                        "--out", corpus, "--count", str(count), "--seed", str(options.seed)], check=True)

    def run(name, kinds):
        with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as file:
            file.write(STEPS.format(corpus=corpus, name=name, kinds=kinds))
        # Another day is another run: nothing is repeated from memory, and vectors come from the cache.
        run.days += 1
        command = [options.toolkit, "run", name + ".yaml", "--quiet", "--workers", str(options.workers),
                   "--date", f"2026-01-{run.days:02}"]
        return process.run(command, folder, options.timeout)

    run.days = 0
    say(f"{count:,} documents: encoding")
    run("all", ALL)
    say(f"{count:,} documents: measuring")
    plain, cost = run("copies", "exact, near"), run("all", ALL)
    with open(os.path.join(folder, "out-all", "run.json"), encoding="utf-8") as file:
        notes = next(stage["notes"] for stage in json.load(file)["stages"] if stage["use"] == "find-duplicates")
    score = subprocess.run(
        [sys.executable, os.path.join(options.eval, "score_duplicates.py"), corpus + ".truth.json",
         os.path.join(folder, "out-all", "documents.jsonl")], check=True, stdout=subprocess.PIPE, text=True).stdout
    precision, recall = re.search(r"precision ([0-9.]+)  recall ([0-9.]+)", score).groups()
    return {
        "count": count, "cost": cost, "plain": plain, "pairs": notes["translation-pairs-aligned"],
        "vectors": notes["sentences-compared"] * VECTOR, "precision": precision, "recall": recall,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval")
    parser.add_argument("data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--toolkit", default=".build/release/toolkit")
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--workers", type=int, default=machine.cores())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=7200)
    options = parser.parse_args()
    for name in ("eval", "data", "work", "toolkit"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    load = machine.load()
    figures = [measure(options, int(count)) for count in options.counts.split(",")]
    first, missed = figures[0], 0
    print("| documents | wall | CPU ms/document | × first | of that translations | pairs aligned | pairs/CPU s, all of it "
          "| peak memory | vectors | rest: bytes/document more | precision | recall |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for each in figures:
        count, cost = each["count"], each["cost"]
        growth = cost.cpu / count / (first["cost"].cpu / first["count"])
        own = cost.cpu - each["plain"].cpu
        rest = ((cost.peak - each["vectors"]) - (first["cost"].peak - first["vectors"])) / max(1, count - first["count"])
        missed += growth > 1.5 or rest > 3000
        print(f"| {count:,} | {cost.wall:.1f} s | {1000 * cost.cpu / count:.2f} | {growth:.2f} "
              f"| {1000 * own / count:.2f} ms | {each['pairs']:,} | {each['pairs'] / max(own, 0.01):,.0f} "
              f"| {cost.peak >> 20:,} MB | {each['vectors'] >> 20:,} MB | {rest:,.0f} "
              f"| {each['precision']} | {each['recall']} |")
    print(f"\n{options.workers} workers, load {load:.1f} before; {machine.processor()}; vectors of sentences from the cache.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
