#!/usr/bin/env python3
"""How often language detection is right, and how sure it is of it, beside CLD2 and py3langid.

    language-accuracy.py SNIPPETS [--unknown FILE]

SNIPPETS is a file of JSON lines with `id` and `text`, such as `snippets.jsonl` of `eval/collection.py snippets`, and
`FOLDER.truth.json` beside the FOLDER it is in says of each id its `language` (ISO 639-3) and `task`. Needs a release
build of `detect-lines`; py3langid is measured if this Python has it. Accuracy is averaged over languages: exact, and
with close relatives taken for one (bs/hr/sr, ms/id, nb/nn, zh/yue, bo/dz). The calibration error is the mean
difference between confidence and accuracy in 15 bins of confidence; "und" counts as an answer of confidence 0. Of texts
in no language, made here, and of the lines of FILE, in languages outside of the set, it prints how many get "und" or a
confidence below 0.5.
"""

import argparse
import base64
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from measuring.language_codes import plain

PEER = r"""
import sys
from py3langid.langid import LanguageIdentifier, MODEL_FILE
identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
for line in sys.stdin.buffer:
    print(*identifier.classify(line.decode().rstrip("\n")))
"""

CLOSE = {code: group for group in ("bs hr sr", "nb nn", "ms id", "zh yue", "bo dz") for code in group.split()}
TASKS = ["document", "sentence", "50", "20"]


def answers(command, texts):
    """Code and confidence for each text."""
    lines = ("\n".join(texts) + "\n").encode()
    with tempfile.NamedTemporaryFile() as file:
        command = [file.name if part == "ANSWERS" else part for part in command]
        output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout
        if file.name in command:
            output = pathlib.Path(file.name).read_bytes()
    found = [line.split() for line in output.decode().split("\n") if line]
    if len(found) != len(texts):
        sys.exit(f"{command[0]} gave {len(found)} answers to {len(texts)} texts")
    return [(code, float(confidence)) for code, confidence in found]


def accuracy(truth, found):
    by_language = collections.defaultdict(list)
    bins = collections.defaultdict(lambda: [0.0, 0])
    undetermined = 0
    for language, (code, confidence) in zip(truth, found):
        wanted, got = plain(language), plain(code)
        by_language[language].append((wanted == got, CLOSE.get(wanted, wanted) == CLOSE.get(got, got)))
        sums = bins[min(14, int(15 * confidence))]
        sums[0] += confidence - (wanted == got)
        undetermined += code == "und"
    count = len(truth)
    exact, close = (100 * sum(sum(pair[i] for pair in pairs) / len(pairs) for pairs in by_language.values())
                    / len(by_language) for i in (0, 1))
    return exact, close, sum(abs(difference) for difference, _ in bins.values()) / count, 100 * undetermined / count


def unknown(seed=1, count=200):
    """Texts in no language at all."""
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    code = [line.strip() for line in pathlib.Path(__file__).read_text().split("\n") if any(c in line for c in "=([{")]
    return {
        "random letters": ["".join(rng.choice(letters) for _ in range(rng.randint(20, 120))) for _ in range(count)],
        "random words": [" ".join("".join(rng.choice(letters) for _ in range(rng.randint(2, 9)))
                                  for _ in range(rng.randint(3, 15))) for _ in range(count)],
        "numbers": [" ".join(str(rng.randint(0, 99999)) for _ in range(rng.randint(3, 15))) for _ in range(count)],
        "source code": [" ".join(code[i:i + 3]) for i in range(0, len(code) - 3, 2)],
        "Base64": [base64.b64encode(rng.randbytes(rng.randint(20, 90))).decode() for _ in range(count)],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snippets", type=pathlib.Path)
    parser.add_argument("--unknown", type=pathlib.Path)
    parser.add_argument("--program", default=".build/release/detect-lines")
    arguments = parser.parse_args()
    engines = [("toolkit", [arguments.program, "detector", "1", "ANSWERS"]),
               ("its n-gram model alone", [arguments.program, "model", "1", "ANSWERS"]),
               ("CLD2", [arguments.program, "cld2", "1", "ANSWERS"])]
    if subprocess.run([sys.executable, "-c", "import py3langid"], stderr=subprocess.DEVNULL).returncode == 0:
        engines.append(("py3langid", [sys.executable, "-c", PEER]))

    folder = arguments.snippets.parent
    tasks = json.loads(folder.with_name(folder.name + ".truth.json").read_text())
    texts, truth = collections.defaultdict(list), collections.defaultdict(list)
    with arguments.snippets.open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            texts[tasks[item["id"]]["task"]].append(" ".join(item["text"].split()) or "-")
            truth[tasks[item["id"]]["task"]].append(tasks[item["id"]]["language"])

    print("| engine | " + " | ".join(TASKS) + " | calibration error | und, % |\n|---|" + "---|" * 6)
    for label, command in engines:
        cells, error, undetermined, total = [], 0, 0, 0
        for task in TASKS:
            exact, close, e, u = accuracy(truth[task], answers(command, texts[task]))
            cells.append(f"{exact:.2f} / {close:.2f}")
            if task == "sentence":
                error, undetermined = e, u
        calibrated = label in ("toolkit", "py3langid")
        print(f"| {label} | " + " | ".join(cells) + f" | {f'{error:.3f}' if calibrated else '–'} | {undetermined:.2f} |")

    kinds = unknown()
    if arguments.unknown:
        kinds[arguments.unknown.name] = [" ".join(line.split()) for line in arguments.unknown.open() if line.strip()]
    kinds = {kind: lines for kind, lines in kinds.items() if lines}
    print("\n| unknown, % und or below 0.5 | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    for label, command in engines:
        if label in ("toolkit", "py3langid"):
            shares = [100 * sum(code == "und" or confidence < 0.5 for code, confidence in answers(command, lines))
                      / len(lines) for lines in kinds.values()]
            print(f"| {label} | " + " | ".join(f"{share:.0f}" for share in shares) + " |")


if __name__ == "__main__":
    main()
