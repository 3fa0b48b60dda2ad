#!/usr/bin/env python3
"""Measure how well `group-stories` puts reports together, and what `summarize` makes of one story that is known.

    stories.py EVAL DATA --work DIR [--toolkit PROGRAM] [--astana FOLDER] [--seeds 2]

EVAL has collection.py, DATA one text file for each language, all with the same lines, and DOCUMENT_IDS.tsv. Made and
read are:

    mixed     62 documents in six languages each, every one a story of its own, with the reports of FOLDER mixed in, which
              are one story; `--seeds` draws of languages
    events    pipelines/samples and pipelines/events of this repository: independent reports on the same events. What
              stands before the first "-" of a file's name, or of an id in a feed, is its event
    astana    FOLDER alone, summarised in four English sentences

Printed is a table with what must hold. B-cubed F1 is that of Bagga and Baldwin (1998). The collections and a cache of
vectors stay in DIR. The exit code is 1 when a goal was missed.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

from measuring.goals import Table

STEPS = """\
version: 1
name: stories
stages:
  - use: read-files
    with: {{ paths: [{paths}] }}
  - use: detect-language
  - use: find-duplicates
  - use: group-stories
{more}  - use: export
    with: {{ directory: "out", formats: [jsonl] }}
"""
SUMMARIZE = "  - use: summarize\n    with: { sentences: 4, language: en }\n"
# What the English summary of the Astana reports must state, and the sizes of the delegation that differ.
FACTS = {"the visa memorandum": r"(?=.*memorandum)(?=.*visa)", "the first visit in 16 years": r"first.*(16|sixteen) years",
         "the Abraham Accords": r"Abraham Accords"}
SIZES = {"30", "40"}
REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(options, name, paths, more=""):
    """Runs toolkit in a folder of its own; gives the documents and the summaries."""
    folder = os.path.join(options.work, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="utf-8") as file:
        file.write(STEPS.format(paths=", ".join(json.dumps(path) for path in paths), more=more))
    subprocess.run([options.toolkit, "run", "pipeline.yaml", "--quiet", "--date", "2026-01-01"], cwd=folder, check=True)
    with open(os.path.join(folder, "out", "documents.jsonl"), encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return ([each for each in records if each["kind"] != "summary"],
            [each for each in records if each["kind"] == "summary"])


def b_cubed(found, wanted):
    """Precision and recall of each document's story, their means as one figure."""
    stories, events = collections.defaultdict(set), collections.defaultdict(set)
    for name, story in found.items():
        stories[story].add(name)
        events[wanted[name]].add(name)
    both = {name: len(stories[found[name]] & events[wanted[name]]) for name in found}
    precision = sum(both[name] / len(stories[found[name]]) for name in found) / len(found)
    recall = sum(both[name] / len(events[wanted[name]]) for name in found) / len(found)
    return 2 * precision * recall / (precision + recall)


def event(document):
    """The event that a sample's name tells."""
    path = document["source"]["path"]
    name = document["source"].get("record") or document["id"] if path.endswith(".jsonl") else os.path.basename(path)
    return name.split("-")[0]


def mixed(options, table, seed):
    corpus = os.path.join(options.work, f"mixed-{seed}-corpus")
    if not os.path.exists(corpus + ".truth.json"):
        subprocess.run([sys.executable, os.path.join(options.eval, "collection.py"), "mixed", "--data", options.data,
                        "--out", corpus, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)
    with open(corpus + ".truth.json", encoding="utf-8") as file:
        wanted = {name: each["group"] for name, each in json.load(file)["documents"].items()}
    paths = [corpus + "/*.txt"] + ([options.astana + "/*.txt"] if options.astana else [])
    documents, _ = run(options, f"mixed-{seed}", paths)
    found = {os.path.basename(each["source"]["path"]): each["story"] for each in documents}
    others = {name for name in found if name not in wanted}
    wanted.update(dict.fromkeys(others, "astana"))
    name = f"mixed, seed {seed}, {len(found)} documents"
    table.add(name, "B-cubed F1", b_cubed(found, wanted), 0.96)
    if others:
        stories = {found[each] for each in others}
        alone = len(stories) == 1 and not any(found[each] in stories for each in found if each not in others)
        table.add(name, "Astana in one story of its own", alone, 1, "yes" if alone else "no")


def events(options, table):
    patterns = ["samples/*/*.txt", "samples/*/*.md", "samples/*/*.jsonl", "events/*.txt"]
    documents, _ = run(options, "events", [os.path.join(REPOSITORY, "pipelines", each) for each in patterns])
    found = {each["id"]: each["story"] for each in documents}
    wanted = {each["id"]: event(each) for each in documents}
    name = f"events, {len(found)} documents on {len(set(wanted.values()))} events"
    table.add(name, "B-cubed F1", b_cubed(found, wanted), 0.9)


def astana(options, table):
    documents, summaries = run(options, "astana", [options.astana + "/*.txt"], SUMMARIZE)
    texts = {each["id"]: each["text"] for each in documents}
    summary = summaries[0]
    sentences = summary["summary"]
    table.add("astana", "stories", 1 / len(summaries), 1, str(len(summaries)))
    table.add("astana", "sentences", len(sentences), 4, str(len(sentences)))
    for fact, pattern in FACTS.items():
        states = any(re.search(pattern, each["text"]) for each in sentences)
        table.add("astana", "states " + fact, states, 1, "yes" if states else "no")
    verbatim = sum(any(each["text"] in texts[source["id"]] for source in each["from"]) for each in sentences)
    table.add("astana", "sentences that stand in one of their sources", verbatim, len(sentences), str(verbatim))
    differences = summary.get("metadata", {}).get("differences", [])
    numbers = [{each.get("number") for each in one["statements"]} for one in differences if one["kind"] == "numbers"]
    both = any(SIZES <= each for each in numbers)
    table.add("astana", "the two sizes of the delegation, side by side", both, 1, "yes" if both else "no")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval")
    parser.add_argument("data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--toolkit", default="toolkit")
    parser.add_argument("--astana")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    for name in ("eval", "data", "work", "astana"):
        if getattr(options, name):
            setattr(options, name, os.path.abspath(getattr(options, name)))
    if os.sep in options.toolkit:
        options.toolkit = os.path.abspath(options.toolkit)
    os.makedirs(options.work, exist_ok=True)
    table = Table()
    for seed in range(options.seeds):
        mixed(options, table, seed)
    events(options, table)
    if options.astana:
        astana(options, table)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
