#!/usr/bin/env python3
"""Measure how fast the stage `detect-language` takes whole documents in a run of toolkit, beside CLD2 on the same texts.

    languages-stage.py SNIPPETS [--truth FILE] [--rounds 10] [--workers 2] [--toolkit PROGRAM] [--program DETECT_LINES]

SNIPPETS is `snippets.jsonl` of `eval/collection.py snippets`; its whole documents, each as one paragraph, are read by
`read-files`, pass `detect-language` with and without segments, and are exported, without a cache. What counts is the time
of day from the stage's first document to its last, as run.json has it: the other stages share the cores with it. CLD2 is
measured by `detect-lines`, on one core, in CPU time. Rounds take turns. The exit code is 1 when the best round with
segments had fewer than 20 MB a second.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

from languages import chosen, measure
from measuring import machine, process

STEPS = """\
version: 1
name: stage
stages:
  - use: read-files
    with: {{ paths: [documents.jsonl] }}
  - use: detect-language
    with: {{ segments: {segments} }}
  - use: export
    with: {{ directory: out, formats: [jsonl] }}
"""
GOAL = 20


def seconds(options, folder, segments):
    """The stage's time of day and CPU time in one run."""
    with open(os.path.join(folder, "pipeline.yaml"), "w", encoding="utf-8") as file:
        file.write(STEPS.format(segments=segments))
    process.run([options.toolkit, "run", "pipeline.yaml", "--quiet", "--no-cache", "--workers", str(options.workers)],
                folder, 600)
    with open(os.path.join(folder, "out", "run.json"), encoding="utf-8") as file:
        stage = next(stage for stage in json.load(file)["stages"] if stage["use"] == "detect-language")
    return stage["seconds"], stage["cpuSeconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snippets", type=pathlib.Path)
    parser.add_argument("--truth", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=machine.cores())
    parser.add_argument("--toolkit", default=".build/release/toolkit")
    parser.add_argument("--program", default=".build/release/detect-lines")
    options = parser.parse_args()
    options.task, options.limit, options.toolkit = "document", 1_000_000, os.path.abspath(options.toolkit)
    texts = chosen(options)
    size = sum(len(text.encode()) for text in texts) / 1e6

    figures = {"with segments": [], "without segments": [], "CLD2, one core": []}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as lines:
        with open(os.path.join(folder, "documents.jsonl"), "w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": f"d{number}", "text": text}, ensure_ascii=False) + "\n")
        lines.write("\n".join(texts).encode() + b"\n")
        for _ in range(options.rounds):
            figures["with segments"].append(seconds(options, folder, "true"))
            figures["without segments"].append(seconds(options, folder, "false"))
            lines.seek(0)
            peer = measure([options.program, "cld2", "1"], lines)["cpu"]
            figures["CLD2, one core"].append((peer, peer))

    print(f"{len(texts):,} documents, {size:.1f} MB; {options.rounds} rounds, {options.workers} workers; {machine.processor()}\n")
    print("| | MB/s, best | median | MB a CPU second, best | median |\n|---|---:|---:|---:|---:|")
    for name, rounds in figures.items():
        wall, cpu = zip(*rounds)
        print(f"| {name} | {size / min(wall):.1f} | {size / statistics.median(wall):.1f} "
              f"| {size / min(cpu):.1f} | {size / statistics.median(cpu):.1f} |")
    return 1 if size / min(wall for wall, _ in figures["with segments"]) < GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
