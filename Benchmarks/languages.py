#!/usr/bin/env python3
"""Measure language detection beside CLD2 and py3langid, on the same texts in one run.

    languages.py SNIPPETS [--task sentence] [--limit 20000] [--rounds 3]

SNIPPETS is a file of JSON lines with `id` and `text`, such as `snippets.jsonl` of `eval/collection.py snippets`; if
`--truth`, or `FOLDER.truth.json` beside the FOLDER it is in, says which task each belongs to, `--task` chooses one. Needs a release
build of `detect-lines`; pycld2 and py3langid are measured if this Python has them. Each engine runs in a process of
its own, one after the other, `--rounds` times over; the best round counts. All times are CPU time, so that other work
on the machine disturbs little. Memory is what the process has more at its peak, after loading and answering, than
before loading, file pages included; the texts themselves are left out.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

PEER = r"""
import sys, time
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
engine, rounds = sys.argv[1], int(sys.argv[2])
before = peak()
start = time.process_time()
if engine == "pycld2":
    import pycld2
    def detect(line): return pycld2.detect(line, bestEffort=True)[2][0][1]
else:
    from py3langid.langid import LanguageIdentifier, MODEL_FILE
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    def detect(line): return identifier.classify(line)[0]
detect("The first answer waits for the tables.")
load, after = time.process_time() - start, peak()
lines = [l for l in sys.stdin.buffer.read().decode().split("\n") if l]
reading = peak()
best = 1e9
for _ in range(rounds):
    start = time.process_time()
    for line in lines:
        try: detect(line)
        except Exception: pass
    best = min(best, time.process_time() - start)
size = sum(len(l.encode()) for l in lines)
print(f"load {load:.4f} cpu {best:.4f} lines {len(lines)} bytes {size} memory {before:.1f} {after:.1f} {after + peak() - reading:.1f}")
"""


def chosen(arguments):
    """The texts, one a line: line feeds and other separators of lines become spaces."""
    truth = arguments.truth or arguments.snippets.parent.with_name(arguments.snippets.parent.name + ".truth.json")
    tasks = json.loads(truth.read_text()) if truth.is_file() else {}
    texts = []
    with arguments.snippets.open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            task = tasks.get(item["id"], {}).get("task", arguments.task)
            if task == arguments.task and item["text"].strip():
                texts.append(" ".join(item["text"].split()))
    # Evenly spaced, so that all languages are among them.
    return texts[::max(1, len(texts) // arguments.limit)][:arguments.limit]


def measure(command, lines):
    output = subprocess.run(command, stdin=lines, stdout=subprocess.PIPE, check=True).stdout.decode().split()
    return {"load": float(output[1]), "cpu": float(output[3]), "lines": int(output[5]), "bytes": int(output[7]),
            "before": float(output[9]), "peak": float(output[11])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snippets", type=pathlib.Path)
    parser.add_argument("--truth", type=pathlib.Path)
    parser.add_argument("--task", default="sentence")
    parser.add_argument("--limit", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--program", default=".build/release/detect-lines")
    arguments = parser.parse_args()

    engines = [("toolkit", [arguments.program, "detector"]), ("toolkit, its n-gram model alone", [arguments.program, "model"]),
               ("CLD2 through our shim", [arguments.program, "cld2"])]
    for name, label in (("pycld2", "CLD2 in Python (pycld2)"), ("py3langid", "py3langid")):
        if subprocess.run([sys.executable, "-c", f"import {name}"], stderr=subprocess.DEVNULL).returncode == 0:
            engines.append((label, [sys.executable, "-c", PEER, name]))
        else:
            print(f"{name} is not installed: left out", file=sys.stderr)

    best = {}
    with tempfile.TemporaryFile() as lines:
        lines.write("\n".join(chosen(arguments)).encode() + b"\n")
        # In turn, so that a busy minute does not hit one engine alone.
        for _ in range(arguments.rounds):
            for label, command in engines:
                lines.seek(0)
                result = measure(command + ["1"], lines)
                if label not in best or result["cpu"] < best[label]["cpu"]:
                    result["load"] = min(result["load"], best.get(label, result)["load"])
                    best[label] = result

    reference = best["CLD2 through our shim"]["cpu"]
    first = best["toolkit"]
    print(f"{first['lines']} texts of task {arguments.task}, {first['bytes'] / first['lines']:.0f} bytes each; best of "
          f"{arguments.rounds} rounds, CPU time of one core\n")
    print("| engine | texts/s | to CLD2 | MB/s | load, ms | memory, MB |\n|---|---|---|---|---|---|")
    for label, _ in engines:
        r = best[label]
        print(f"| {label} | {r['lines'] / r['cpu']:,.0f} | {reference / r['cpu']:.2f} | {r['bytes'] / r['cpu'] / 1e6:.1f} "
              f"| {1000 * r['load']:.1f} | {r['peak'] - r['before']:.0f} |")


if __name__ == "__main__":
    main()
