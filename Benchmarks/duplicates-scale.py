#!/usr/bin/env python3
"""Measure what finding duplicates costs as a corpus grows, translations included.

    duplicates-scale.py DATA --work DIR [--toolkit PROGRAM] [--counts 10000,100000] [--workers 2] [--seed 0]

DATA has one text file for each language, all with the same lines. Documents are put together from 8 to 24 of these lines
at random, each a paragraph; 2 % are translations of others. A run over all lines comes first, so that all sentences have
been encoded and lie in the cache: what is measured is everything else.

Printed are, for each count, CPU time per document (all threads) and how often that of the smallest count; pairs that
were aligned per second of all CPU time of the stage; what the stage takes in a second run over the same input, as a
share of the first; peak memory, and how much more of it a document takes than at the smallest count, without the vectors
of its sentences; and how well translations were found. The exit code is 1 when the time per document grows by more than
half, memory by more than 3,000 bytes a document, or a second run takes more than 3 % of the first.
"""
import argparse
import collections
import itertools
import json
import os
import random
import subprocess
import sys

from measuring import machine, process
from measuring.process import say

STEPS = """\
version: 1
name: growing
stages:
  - use: read-files
    with: {{ paths: ["{corpus}"] }}
  - use: detect-language
    with: {{ segments: false }}
  - use: find-duplicates
  - use: export
    with: {{ directory: "{name}", formats: [jsonl] }}
"""
# A vector has 384 numbers of four bytes.
VECTOR = 384 * 4


def lines(folder):
    """The lines by language; all languages have as many."""
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found[name[:-4]] = [" ".join(line.split()) for line in file.read().split("\n")]
    fewest = min(len(each) for each in found.values())
    return {language: each[:fewest] for language, each in found.items()}


def make(path, texts, count, seed):
    """Writes `count` documents as JSON Lines; ids begin with the number of the text and a hyphen."""
    rng, languages = random.Random(seed), sorted(texts)
    usable = [row for row in range(len(texts[languages[0]])) if all(texts[language][row] for language in languages)]
    with open(path, "w", encoding="utf-8") as file:
        written = number = 0
        while written < count:
            rows = rng.choices(usable, k=rng.randint(8, 24))
            for language in rng.sample(languages, 2 if rng.random() < 0.01 else 1):
                text = "\n\n".join(texts[language][row] for row in rows)
                document = {"id": f"{number}-{language}", "text": text}
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
                written += 1
            number += 1


def pairs(groups):
    members = collections.defaultdict(list)
    for name, group in groups:
        members[group].append(name)
    return {pair for each in members.values() for pair in itertools.combinations(sorted(each), 2)}


def stage(options, name):
    """What run.json says of the stage."""
    with open(os.path.join(options.work, name, "run.json"), encoding="utf-8") as file:
        return next(stage for stage in json.load(file)["stages"] if stage["use"] == "find-duplicates")


def run(options, name, again=False):
    with open(os.path.join(options.work, name + ".yaml"), "w", encoding="utf-8") as file:
        file.write(STEPS.format(corpus=name + ".jsonl", name=name))
    # Without --if-changed a run whose input is as it was is still repeated from memory; another day is another run.
    run.day += 0 if again else 1
    command = [options.toolkit, "run", name + ".yaml", "--quiet", "--workers", str(options.workers),
               "--date", f"20{run.day // 28 % 100:02}-01-{run.day % 28 + 1:02}"]
    return process.run(command, options.work, options.timeout)


def measure(options, texts, count):
    name = f"growing-{count}-{options.seed}"
    make(os.path.join(options.work, name + ".jsonl"), texts, count, options.seed)
    say(f"{count:,} documents")
    cost = run(options, name)
    ids, found = [], []
    with open(os.path.join(options.work, name, "documents.jsonl"), encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            ids.append((document["id"], document["id"].split("-")[0]))
            if document.get("duplicate"):
                found.append((document["id"], document["duplicate"]["group"]))
    first, (wanted, got) = stage(options, name), (pairs(ids), pairs(found))
    run(options, name, again=True)
    return {
        "count": count, "cost": cost, "pairs": first["notes"]["translation-pairs-aligned"], "cpu": first["cpuSeconds"],
        "vectors": first["notes"]["sentences-compared"] * VECTOR, "precision": len(got & wanted) / max(1, len(got)),
        "recall": len(got & wanted) / max(1, len(wanted)),
        "again": (stage(options, name).get("cpuSeconds") or 0) / first["cpuSeconds"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--toolkit", default=".build/release/toolkit")
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--workers", type=int, default=machine.cores())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=7200)
    options = parser.parse_args()
    for name in ("data", "work", "toolkit"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    os.makedirs(options.work, exist_ok=True)
    texts, run.day = lines(options.data), random.randrange(2800)
    say("encoding")
    with open(os.path.join(options.work, "lines.jsonl"), "w", encoding="utf-8") as file:
        for language, each in texts.items():
            # In another order for each language, so that these are no translations to be aligned.
            rows = random.Random(language).sample(each, len(each))
            for start in range(0, len(rows), 20):
                text = "\n\n".join(rows[start:start + 20])
                file.write(json.dumps({"id": f"{language}-{start}", "text": text}, ensure_ascii=False) + "\n")
    run(options, "lines")
    load = machine.load()
    figures = [measure(options, texts, int(count)) for count in options.counts.split(",")]
    first, missed = figures[0], False
    print("| documents | wall | CPU ms/document | × first | pairs aligned | pairs/CPU s of the stage | second run "
          "| peak memory | vectors | rest, bytes/document | precision | recall |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for each in figures:
        count, cost = each["count"], each["cost"]
        growth = cost.cpu / count / (first["cost"].cpu / first["count"])
        more = count - first["count"]
        rest = (cost.peak - each["vectors"] - first["cost"].peak + first["vectors"]) / more if more else 0
        missed = missed or growth > 1.5 or rest > 3000 or each["again"] > 0.03
        print(f"| {count:,} | {cost.wall:.1f} s | {1000 * cost.cpu / count:.2f} | {growth:.2f} | {each['pairs']:,} "
              f"| {each['pairs'] / each['cpu']:,.0f} | {100 * each['again']:.1f} % "
              f"| {cost.peak >> 20:,} MB | {each['vectors'] >> 20:,} MB "
              f"| {f'{rest:,.0f}' if more else ''} | {each['precision']:.4f} | {each['recall']:.4f} |")
    print(f"\n{options.workers} workers, load {load:.1f} before; {machine.processor()}; all sentences encoded before.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
