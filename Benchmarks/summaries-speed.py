#!/usr/bin/env python3
"""Measure how fast stories are told, beside sumy's TextRank on the same texts, in one run.

    summaries-speed.py REFERENCES SUMMARIZE_STORIES [--rounds 3]

SUMMARIZE_STORIES is the program of that name, a release build. It gets 10,000 documents in 3,000 stories: made from the
articles in REFERENCES/article, a quarter of the words changed, and made up. sumy's TextRank gets a hundred of the same
documents, one by one, and the articles themselves; its stop words and its stemmer are those of English. All are CPU
seconds of the process, without start-up and reading; rounds take turns, and the median counts. The last table is one
story that grows.

Needs: pip install rouge-score sumy numpy lxml_html_clean.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import time

from sumy.summarizers.text_rank import TextRankSummarizer

from summaries import ranked

STORIES = (10_000, 3_000)
PEERS = 100
GROWING = (500, 1_000, 2_000, 5_000)


def program(path, arguments, texts):
    """What the program prints for texts, one a line, or made-up documents."""
    command = [path, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, input="".join(texts)).stdout


def ours(path, texts, size=STORIES):
    """Documents a CPU second, vectors not counted."""
    return float(re.search(r"(\d+) documents a CPU second", program(path, size, texts))[1])


def theirs(texts):
    """Documents a CPU second."""
    start = time.process_time()
    for text in texts:
        ranked(TextRankSummarizer, "english", text)
    return len(texts) / (time.process_time() - start)


def size(texts):
    return sum(len(t.encode()) for t in texts) // len(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    path = arguments.program.resolve()
    files = sorted((arguments.references / "article").iterdir())
    articles = [p.read_text(encoding="utf-8").split("\n", 1)[-1] for p in files]
    lines = [" ".join(article.split()) + "\n" for article in articles]

    print("| | bytes | TextRank, documents a CPU s | summarize | each round | times |\n|---|---:|---:|---:|---|---:|")
    for name, texts in (("made from news", lines), ("made up", [])):
        peers = program(path, ["print", *STORIES], texts).splitlines()[:PEERS]
        rounds = [(theirs(peers), ours(path, texts), theirs(articles)) for _ in range(arguments.rounds)]
        peer, own, plain = (statistics.median(column) for column in zip(*rounds))
        each = ", ".join(f"{b:,.0f} / {a:,.0f}" for a, b, _ in rounds)
        print(f"| {name} | {size(peers):,} | {peer:,.0f} | {own:,.0f} | {each} | {own / peer:.1f} |", flush=True)
        if texts:
            print(f"| … beside the articles as they are | {size(articles):,} | {plain:,.0f} | | | {own / plain:.1f} |")
    print("\n| one story of | documents a CPU second |\n|---:|---:|")
    for count in GROWING:
        print(f"| {count:,} documents | {ours(path, [], (count, 1)):,.0f} |", flush=True)


if __name__ == "__main__":
    main()
