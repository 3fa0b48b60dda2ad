#!/usr/bin/env python3
"""Score summaries of single documents beside sumy's, in one table.

    summaries.py REFERENCES TOOLKIT [--language english] [--only even|odd]

REFERENCES holds article/NAME.txt, whose first line is the headline, and summary/NAME.txt. TOOLKIT is the program, a
release build. Every method ranks all sentences of an article, headline left out, and its summary is the best ones in
the order of their rank, cut to the length in words of the reference; what is measured is ROUGE-1, -2 and -L, as F1 of
words in lower case without stemming. sumy's methods get the stop words and the stemmer of the language, with which
they do best. `--only` scores every other article, for choosing weights on one half and looking at the other; the
toolkit reads all of them, as it would.

Needs: pip install rouge-score sumy numpy lxml_html_clean.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import time

from rouge_score import rouge_scorer
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

WORD = re.compile(r"\w+")
PIPELINE = """version: 1
name: summaries
stages:
  - use: read-files
    with: {{ paths: ["{articles}/*.txt"] }}
  - use: detect-language
  - use: group-stories
    id: stories
  - use: summarize
    with: {{ for: document, sentences: 1000, order: importance, prefer: {prefer} }}
  - use: export
    with: {{ directory: "{out}", formats: [jsonl] }}
"""


class Tokenizer:
    def to_words(self, text):
        return WORD.findall(text)

    def tokenize(self, text):
        return WORD.findall(text.lower())


def sentences(body):
    """The sentences of a text, by its line ends and by marks that end sentences."""
    parts = [p for p in body.split("\n") if p.strip()]
    return [s.strip() for p in parts for s in re.split(r"(?<=[.!?…])[\"”’']?\s+", p) if s.strip()]


def ranked(method, language, body):
    """The sentences by falling rank, as sumy's method gives it."""
    try:
        stemmer, stop = Stemmer(language), get_stop_words(language)
    except LookupError:
        stemmer, stop = Stemmer("none"), frozenset()
    summarizer = method(stemmer)
    summarizer.stop_words = stop
    tokenizer = Tokenizer()
    document = ObjectDocumentModel([Paragraph([Sentence(s, tokenizer) for s in sentences(body)])])
    rank = {}

    def keep(parts, count, rating, *arguments, **named):
        for place, part in enumerate(parts):
            value = rating[part] if isinstance(rating, dict) else rating(part, *arguments, **named)
            rank[place] = float(value)
        return tuple(parts)

    summarizer._get_best_sentences = keep
    summarizer(document, 3)
    order = sorted(rank, key=lambda place: (-rank[place], place)) or range(len(document.sentences))
    return " ".join(str(document.sentences[place]) for place in order)


def toolkit(program, folder, prefer, out):
    """The summaries by file name, and what the stage took in CPU seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(PIPELINE.format(articles=(folder / "article").resolve(), out=out, prefer=prefer))
        file.flush()
        subprocess.run([program, "run", file.name], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    names, texts = {}, {}
    with (out / "documents.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            if item["kind"] == "document":
                names[item["id"]] = pathlib.Path(item["source"]["path"]).name
            elif item["id"] == "summary-" + item["parents"][0]:
                texts[names[item["parents"][0]]] = " ".join(part["text"] for part in item["summary"])
    stages = json.loads((out / "run.json").read_text())["stages"]
    return texts, next(s["cpuSeconds"] for s in stages if s["use"] == "summarize")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", type=pathlib.Path)
    parser.add_argument("toolkit", type=pathlib.Path)
    parser.add_argument("--language", default="english")
    parser.add_argument("--only", choices=["even", "odd"])
    arguments = parser.parse_args()
    folder = arguments.references
    files = sorted(p.name for p in (folder / "summary").iterdir())
    if arguments.only:
        files = files[arguments.only == "odd" :: 2]
    articles = {name: (folder / "article" / name).read_text(encoding="utf-8").split("\n", 1)[-1] for name in files}
    references = {name: (folder / "summary" / name).read_text(encoding="utf-8") for name in files}
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Tokenizer())

    def row(title, texts, seconds=None, count=None):
        total = [0.0, 0.0, 0.0]
        for name in files:
            words = len(references[name].split())
            cut = " ".join(texts.get(name, "").split()[:words])
            score = scorer.score(references[name], cut)
            for index, kind in enumerate(("rouge1", "rouge2", "rougeL")):
                total[index] += 100 * score[kind].fmeasure / len(files)
        speed = f"{(count or len(files)) / seconds:,.0f}" if seconds else ""
        print(f"| {title} | {total[0]:.1f} | {total[1]:.1f} | {total[2]:.1f} | {speed} |", flush=True)

    print(f"{len(files)} articles\n\n| | ROUGE-1 | ROUGE-2 | ROUGE-L | documents a CPU second |\n|---|---|---|---|---|")
    row("opening", articles)
    for method in (TextRankSummarizer, LuhnSummarizer, LexRankSummarizer, LsaSummarizer):
        start = time.process_time()
        texts = {name: ranked(method, arguments.language, body) for name, body in articles.items()}
        row("sumy " + method.__name__.removesuffix("Summarizer"), texts, time.process_time() - start)
    for prefer in ("coverage", "editor"):
        with tempfile.TemporaryDirectory() as out:
            texts, seconds = toolkit(arguments.toolkit, folder, prefer, pathlib.Path(out))
        row(f"toolkit, prefer: {prefer}", texts, seconds, len(texts))


if __name__ == "__main__":
    main()
