#!/usr/bin/env python3
"""Measure how well `toolkit detect` finds the languages inside of documents.

    mixed-languages.py FOLDER [--count 200] [--seed 0] [--program .build/release/toolkit] [--keep FILE] [--failures N]

FOLDER has one text file for each language, all with the same lines (`deu.txt`, `zho-CN.txt`, ISO 639-3 and a variant),
and DOCUMENT_IDS.tsv, which names the document that each line belongs to. From it are made, `--count` of each kind:

    halves, apart       the first half of a document in one language, the second in another, in paragraphs of 2 to 4 lines
    halves, together    the same in a single paragraph
    paragraph           a document in paragraphs, one of them, not at the ends, in another language
    two sentences       a document in a single paragraph, two lines of it, not at the ends, in another language
    one, paragraphs     a document in one language, in paragraphs; and
    one, together       in a single paragraph: any segment here is false

Half of the pairs of languages are written in the same script. Close relatives, which nobody tells apart by sentences,
are never a pair and count as one. Printed are, for each kind: how often both languages were found and no third one; how
far the boundaries are from the true ones, in sentences (lines); and how often the document's language is the one with
most text. `--failures` lists that many cases without their text.
"""

import argparse
import bisect
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

from measuring.language_codes import plain

# Close relatives count as one.
KIN = {"bs": "hr", "sr": "hr", "cnr": "hr", "ms": "id", "nn": "nb", "yue": "zh", "dz": "bo", "sdh": "ckb", "nso": "st"}


def key(code):
    code = plain(code)
    return KIN.get(code, code)


def script(lines):
    """The script of most letters of some lines, by the first word of their names; all of East Asia is one."""
    names = collections.Counter(
        unicodedata.name(letter, "?").split()[0] for line in lines[:40] for letter in line if letter.isalpha())
    name = names.most_common(1)[0][0]
    return "CJK" if name in ("CJK", "HIRAGANA", "KATAKANA") else name


class Text:
    """A text that grows by sentences; knows where each begins and what language it is in."""

    def __init__(self):
        self.text, self.starts, self.languages, self.letters = "", [], [], collections.Counter()

    def add(self, sentence, language, separator):
        if self.text:
            self.text += separator
        self.starts.append(len(self.text))
        self.languages.append(language)
        self.letters[language] += sum((3 if ord(c) >= 0x2E80 else 1) for c in sentence if c.isalpha())
        self.text += sentence

    def place(self, offset):
        """An offset in sentences from the beginning: 2.5 is the middle of the third."""
        number = max(0, bisect.bisect_right(self.starts, offset) - 1)
        end = self.starts[number + 1] if number + 1 < len(self.starts) else max(len(self.text), self.starts[number] + 1)
        return number + min(1, (offset - self.starts[number]) / (end - self.starts[number]))

    def boundaries(self):
        return [number for number in range(1, len(self.languages)) if self.languages[number] != self.languages[number - 1]]


def make(kind, lines, rows, a, b, rng):
    """`rows` are the numbers of a document's lines."""
    n = len(rows)
    if kind.startswith("halves"):
        foreign = range((n + 1) // 2, n)
    elif kind == "paragraph":
        length = rng.randint(2, 4)
        start = rng.randint(2, n - length - 2)
        foreign = range(start, start + length)
    elif kind == "two sentences":
        start = rng.randint(2, n - 4)
        foreign = range(start, start + 2)
    else:
        foreign = range(0)
    together = kind.endswith("together") or kind == "two sentences"
    text, left = Text(), 0
    for number, row in enumerate(rows):
        language = b if number in foreign else a
        changes = number == foreign.start or number == foreign.stop
        ends = left == 0 or (changes and len(foreign) > 0)
        if kind == "paragraph" and number in foreign and number != foreign.start:
            ends = False
        text.add(lines[language][row], key(language), " " if together or not ends else "\n\n")
        left = rng.randint(1, 3) if ends else left - 1
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--program", default=".build/release/toolkit")
    parser.add_argument("--keep", type=pathlib.Path, help="write the documents to this file, and keep it")
    parser.add_argument("--failures", type=int, default=0)
    a = parser.parse_args()
    rng = random.Random(a.seed)

    ids = (a.folder / "DOCUMENT_IDS.tsv").read_text().split()
    lines = {}
    for path in sorted(a.folder.glob("*.txt")):
        content = [" ".join(line.split()) for line in path.read_text(encoding="utf-8").split("\n")]
        lines[path.stem] = content[:len(ids)]
    documents = collections.defaultdict(list)
    for row, name in enumerate(ids):
        if all(len(each) > row and each[row] for each in lines.values()):
            documents[name].append(row)
    documents = [rows[:24] for _, rows in sorted(documents.items()) if len(rows) >= 9]
    scripts = {language: script(each) for language, each in lines.items()}
    names = sorted(lines)

    def pair():
        while True:
            first, second = rng.choice(names), rng.choice(names)
            if rng.random() < 0.5:
                second = rng.choice([name for name in names if scripts[name] == scripts[first]])
            if key(first) != key(second):
                return first, second

    kinds = ["halves, apart", "halves, together", "paragraph", "two sentences", "one, paragraphs", "one, together"]
    cases = []
    for kind in kinds:
        for _ in range(a.count):
            one, two = pair()
            cases.append((kind, one, two, make(kind, lines, rng.choice(documents), one, two, rng)))

    with tempfile.TemporaryDirectory() as folder:
        path = a.keep or pathlib.Path(folder) / "mixed.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, case in enumerate(cases):
                file.write(json.dumps({"id": f"m{number:05}", "text": case[3].text}, ensure_ascii=False) + "\n")
        result = subprocess.run([a.program, "detect", "--format", "json", str(path)], stdout=subprocess.PIPE)
    answers = [json.loads(line) for line in result.stdout.decode().split("\n") if line]
    if result.returncode != 0 or len(answers) != len(cases):
        sys.exit(f"{a.program} detect ended with {result.returncode} and {len(answers)} answers for {len(cases)} documents")

    print("| kind | documents | both found | and no third | boundaries within one sentence | mean error | most text |")
    print("|---|---|---|---|---|---|---|")
    failures = []
    for kind in kinds:
        both = exact = main_right = total = 0
        errors = []
        for number, (each, one, two, text) in enumerate(cases):
            if each != kind:
                continue
            total += 1
            answer = answers[number]
            segments = [(s["start"], s["end"], key(s["code"])) for s in answer["segments"]]
            found = {s[2] for s in segments} or {key(answer["code"])}
            wanted = set(text.languages)
            both += wanted <= found
            exact += wanted == found
            top = max(text.letters.values())
            # Where two languages share the text almost equally, either is right.
            main_right += text.letters[key(answer["code"])] >= 0.9 * top
            places = [text.place(after[0]) for _, after in zip(segments, segments[1:])]
            errors += [min([abs(boundary - place) for place in places], default=len(text.starts))
                       for boundary in text.boundaries()]
            if wanted != found:
                failures.append(f"{kind}: {one} and {two if len(wanted) > 1 else 'nothing'}: found "
                                + (" ".join(f"{s[2]}:{text.place(s[0]):.1f}-{text.place(s[1]):.1f}" for s in segments)
                                   or f"only {answer['code']}") + f"; foreign lines {text.boundaries()}")
        within = f"{100 * sum(e <= 1 for e in errors) / len(errors):.1f} %" if errors else ""
        mean = f"{sum(errors) / len(errors):.2f}" if errors else ""
        print(f"| {kind} | {total} | {100 * both / total:.1f} % | {100 * exact / total:.1f} % | {within} | {mean} "
              f"| {100 * main_right / total:.1f} % |")
    for line in rng.sample(failures, min(a.failures, len(failures))):
        print(line)


if __name__ == "__main__":
    main()
