#!/usr/bin/env python3
"""Measure how well `find-duplicates` tells duplicates: collections with known answers, made from parallel translations.

    duplicates.py EVAL DATA --work DIR [--toolkit PROGRAM] [--only mixed,edited,...] [--seeds 3] [--astana FOLDER]
                  [--languages ara,deu,...] [--wrong 20] [--again]

EVAL has collection.py and score_duplicates.py, DATA one text file for each language, all with the same lines, and
DOCUMENT_IDS.tsv. Made and read are:

    mixed     every document in six languages; `--seeds` of them
    edited    pairs of documents that were shortened, padded, shuffled ..., or that share too little; ten seeds, pooled
    growing   2,000 documents of lines put together at random, 2 % of them translations of others
    planted   10,000 documents, 10 % of them near copies in one language, 5 % exact ones
    astana    a folder of five reports on one event, two of which are one text: 001 and 002 (`--astana`)

Printed is a table with what must hold; `--wrong` lists so many wrong pairs of each collection, by file and language,
without their text. Collections and caches stay in DIR; `--again` makes the collections anew. `--languages` draws from
these files of DATA alone. The exit code is 1 when a goal was missed.
"""
import argparse
import collections
import itertools
import json
import os
import re
import shutil
import subprocess
import sys

from measuring.goals import Table

STEPS = """\
version: 1
name: {name}
stages:
  - use: read-files
    with: {{ paths: ["{corpus}/*.txt"] }}
  - use: detect-language
    with: {{ segments: false }}
  - use: find-duplicates
    with: {{ kinds: [{kinds}] }}
  - use: export
    with: {{ directory: "out", formats: [jsonl] }}
"""
UNSPACED = {"jpn", "zho-CN", "zho-TW", "tha", "khm", "lao", "mya"}


class Collection:
    """Documents with their answers, and what toolkit found."""

    def __init__(self, options, kind, seed=0, *more, kinds="exact, near, translation"):
        self.options, self.name = options, f"{kind}-{seed}"
        self.folder = os.path.join(options.work, self.name)
        self.corpus = os.path.join(self.folder, "corpus")
        if options.again or not os.path.exists(self.corpus + ".truth.json"):
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            self.call(os.path.join(options.eval, "collection.py"), kind, "--data", options.data, "--out", self.corpus,
                      "--seed", str(seed), "--only", options.languages, *more)
        with open(self.corpus + ".truth.json", encoding="utf-8") as file:
            self.truth = json.load(file)
        self.run(kinds)
        self.score = self.call(os.path.join(options.eval, "score_duplicates.py"), self.corpus + ".truth.json",
                               os.path.join(self.folder, "out", "documents.jsonl"))

    @staticmethod
    def call(*command):
        result = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE, text=True)
        if result.returncode != 0:
            sys.exit(f"{command[0]} ended with {result.returncode}")
        return result.stdout

    def run(self, kinds):
        self.groups = run(self.options, self.folder, self.corpus, self.name, kinds)

    def number(self, name, line=""):
        """A figure of the score by the word before it."""
        found = re.search(rf"{line}.*\b{name} ([0-9.]+)", self.score)
        return float(found.group(1)) if found else float("nan")

    def wanted(self):
        """The pairs that are duplicates, of two file names each."""
        if self.truth["kind"] == "edited":
            return {tuple(sorted((pair["a"], pair["b"]))) for pair in self.truth["pairs"] if pair["duplicate"]}
        return pairs({name: each["group"] for name, each in self.truth["documents"].items()})

    def wrong(self):
        """What was found and should not have been, and what was missed."""
        found, wanted = pairs(self.groups), self.wanted()
        language = {name: each["language"] for name, each in self.truth["documents"].items()}
        edits = {tuple(sorted((pair["a"], pair["b"]))): pair["edit"] for pair in self.truth.get("pairs", [])}
        for what, which in (("not a duplicate", found - wanted), ("missed", wanted - found)):
            for a, b in sorted(which):
                group = self.truth["documents"][a].get("group", edits.get((a, b), ""))
                yield f"{self.name}: {what}: {a} ({language[a]}) and {b} ({language[b]}) {group}"

    def recall(self, languages):
        """The share of near copies of some languages that were found, and how many there are."""
        documents = self.truth["documents"]
        of = collections.defaultdict(list)
        for name, each in documents.items():
            of[each["group"]].append(name)
        near = [name for name, each in documents.items() if each.get("kind") == "near" and each["language"] in languages]
        hits = sum(any(self.groups.get(name) == self.groups.get(other) is not None
                       for other in of[documents[name]["group"]] if other != name) for name in near)
        return hits, len(near)


def run(options, folder, corpus, name, kinds):
    """Runs toolkit and returns the group of each file that is in one."""
    with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="utf-8") as file:
        file.write(STEPS.format(name=name, corpus=corpus, kinds=kinds))
    subprocess.run([options.toolkit, "run", "pipeline.yaml", "--quiet", "--date", "2026-01-01"], cwd=folder, check=True)
    groups = {}
    with open(os.path.join(folder, "out", "documents.jsonl"), encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            if document.get("duplicate"):
                groups[os.path.basename(document["source"]["path"])] = document["duplicate"]["group"]
    return groups


def pairs(groups):
    members = collections.defaultdict(list)
    for name, group in groups.items():
        members[group].append(name)
    return {pair for each in members.values() for pair in itertools.combinations(sorted(each), 2)}


def translated(table, each):
    documents = len(each.truth["documents"])
    return f"{each.name}, {documents:,} documents"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval")
    parser.add_argument("data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--toolkit", default=".build/release/toolkit")
    parser.add_argument("--only", default="mixed,edited,growing,planted,astana")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--languages", default="")
    parser.add_argument("--astana", default="")
    parser.add_argument("--wrong", type=int, default=0)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    for name in ("eval", "data", "work", "toolkit"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    what = options.only.split(",")
    table, wrong, seeds = Table(), [], range(options.first_seed, options.first_seed + options.seeds)

    def collect(*arguments, **named):
        each = Collection(options, *arguments, **named)
        wrong.append(list(each.wrong()))
        return each

    if "mixed" in what:
        for seed in seeds:
            each = collect("mixed", seed)
            name = f"mixed, seed {seed}, {len(each.truth['documents']):,} documents"
            table.add(name, "F1 of pairs", each.number("F1", "precision"), 0.98)
            table.add(name, "precision of pairs", each.number("precision"), 0.985)
            table.add(name, "B-cubed F1", each.number("F1", "B-cubed"), 0.99)
    if "edited" in what:
        right = collections.defaultdict(lambda: [0, 0])
        beside = 0
        for seed in range(options.first_seed, options.first_seed + 10):
            each = collect("edited", seed)
            given = {tuple(sorted((pair["a"], pair["b"]))) for pair in each.truth["pairs"]}
            beside += len(pairs(each.groups) - given)
            for kind, good, of in re.findall(r"^\s+(\S+)\s+right (\d+)/(\d+)", each.score, re.MULTILINE):
                right[kind][0] += int(good)
                right[kind][1] += int(of)
        good, of = (sum(each[index] for each in right.values()) for index in (0, 1))
        table.add("edited, ten seeds", "pairs right", good / of, 0.95, f"{good} of {of}, {good / of:.4f}")
        for kind, (good, of) in sorted(right.items()):
            table.add("edited, ten seeds", kind, good / of, 1 if kind == "share30" else 0.85, f"{good} of {of}")
        table.add("edited, ten seeds", "pairs of other documents", -beside, 0, str(beside))
    if "growing" in what:
        each = collect("growing", options.first_seed, "--count", "2000")
        table.add("growing, 2,000 documents", "precision", each.number("precision"), 0.995)
        table.add("growing, 2,000 documents", "recall", each.number("recall"), 0.98)
    if "planted" in what:
        each = collect("planted", options.first_seed, "--count", "10000", kinds="exact, near")
        table.add("planted, 10,000 documents", "F1 of pairs", each.number("F1", "precision"), 0.985)
        hits, of = each.recall(UNSPACED)
        table.add("planted, 10,000 documents", "near copies without spaces", hits / max(1, of), 0.95, f"{hits} of {of}")
    if "astana" in what and options.astana:
        folder = os.path.join(options.work, "astana")
        os.makedirs(folder, exist_ok=True)
        found = pairs(run(options, folder, os.path.abspath(options.astana), "astana", "exact, near, translation"))
        names = sorted(tuple(name[:3] for name in pair) for pair in found)
        table.add("astana", "exactly 001 and 002", names == [("001", "002")], 1, " ".join("~".join(p) for p in names))
        margin(options, table)
    for each in wrong:
        for line in each[:options.wrong]:
            print(line)
    return 1 if table.missed else 0


def margin(options, table):
    """The score of each two of the five reports, as `toolkit compare` gives it."""
    files = sorted(name for name in os.listdir(options.astana) if name.endswith(".txt"))
    scores = {}
    for a, b in itertools.combinations(files, 2):
        output = subprocess.run([options.toolkit, "compare", "--format", "json", *(os.path.join(options.astana, name)
                                                                                  for name in (a, b))],
                                check=True, stdout=subprocess.PIPE).stdout
        scores[a[:3], b[:3]] = json.loads(output)["alignment"]["score"]
    best, second = sorted(scores, key=scores.get, reverse=True)[:2]
    table.add("astana", "score of the pair, of the next one", scores[best] - scores[second], 0.5,
              f"{'~'.join(best)} {scores[best]:.4f}, {'~'.join(second)} {scores[second]:.4f}")


if __name__ == "__main__":
    sys.exit(main())
