#!/usr/bin/env python3
"""bundles.py CORPUS.jsonl [--megabytes 200] [--rounds 3] [--large GB] [--members N]: what bundles cost.

CORPUS.jsonl has one object with an id and a text a line, such as `make-corpus.py` makes. Its lines are repeated under new
ids until they are as many megabytes; then, in turn and all in one run: `pigz -p2 -6` and `bundle create --workers 2` on
these bytes, `unzip -t` and `bundle verify` on that bundle. `--large 1` makes a bundle of 1 GB (compressed), reads 50
documents out of it and prints how long each took and the peak of memory; `--members 100000` makes one of so many members.
Build first: swift build -c release --product toolkit, and --product read-documents.
"""
import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLKIT = os.environ.get("TOOLKIT", os.path.join(ROOT, ".build/release/toolkit"))
READER = os.path.join(os.path.dirname(TOOLKIT), "read-documents")


def measure(command, output=subprocess.DEVNULL):
    """Wall seconds, CPU seconds and peak megabytes of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
    peak = 0
    # What the system accounts for as the peak may be that of this program, which the other was forked from.
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        try:
            status = open(f"/proc/{process.pid}/status").read()
            peak = max(peak, int(status.split("VmHWM:")[1].split()[0]))
        except (OSError, IndexError):
            pass
        time.sleep(0.002)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    if process.returncode:
        sys.exit(f"{command[0]} failed with {process.returncode}: {' '.join(command)}")
    return time.monotonic() - start, ended[2].ru_utime + ended[2].ru_stime, peak / 1024


def write_lines(corpus, path, size):
    """Repeats the corpus under new ids until it has so many bytes; returns the ids."""
    texts = [json.loads(line)["text"] for line in open(corpus, encoding="utf-8")]
    ids, done = [], 0
    with open(path, "wb") as out:
        while done < size:
            for text in texts:
                name = hashlib.sha256(str(len(ids)).encode()).hexdigest()[:16]
                done += out.write(json.dumps({"id": name, "text": text}, ensure_ascii=False).encode() + b"\n")
                ids.append(name)
                if done >= size:
                    break
    return ids


def median(rows):
    return [statistics.median(column) for column in zip(*rows)]


def speed(corpus, folder, size, rounds):
    lines, packed, bundle = (os.path.join(folder, name) for name in ("lines.jsonl", "lines.gz", "lines.zip"))
    write_lines(corpus, lines, size)
    pigz, ours, unzip, verify = [], [], [], []
    for _ in range(rounds):
        with open(packed, "wb") as out:
            pigz.append(measure(["pigz", "-p2", "-6", "-c", lines], out))
        ours.append(measure([TOOLKIT, "bundle", "create", bundle, "--documents", lines, "--workers", "2"]))
        unzip.append(measure(["unzip", "-tq", bundle]))
        verify.append(measure([TOOLKIT, "bundle", "verify", bundle]))
    total = os.path.getsize(lines)
    print(f"{total / 1e6:.1f} MB of lines, median of {rounds} rounds, one after the other")
    for name, rows in (("pigz -p2 -6", pigz), ("bundle create", ours), ("unzip -t", unzip), ("bundle verify", verify)):
        wall, cpu, peak = median(rows)
        print(f"  {name:14} {wall:6.2f} s wall  {cpu:6.2f} s CPU  {total / 1e6 / wall:7.1f} MB/s  peak {peak:6.1f} MB")
    sizes = os.path.getsize(packed), os.path.getsize(bundle)
    print(f"  sizes: pigz {sizes[0]}, bundle {sizes[1]}: {100 * (sizes[1] / sizes[0] - 1):+.2f} %")
    print(f"  writing {median(pigz)[0] / median(ours)[0]:.2f} times pigz, "
          f"verifying {median(unzip)[0] / median(verify)[0]:.2f} times unzip -t")
    os.remove(packed)


def large(corpus, folder, size):
    """A bundle of so many compressed bytes: about 2.27 times as many of lines."""
    lines, bundle = os.path.join(folder, "large.jsonl"), os.path.join(folder, "large.zip")
    ids = write_lines(corpus, lines, int(size * 2.3))
    wall, cpu, peak = measure([TOOLKIT, "bundle", "create", bundle, "--documents", lines, "--workers", "2"])
    print(f"large bundle: {os.path.getsize(lines) / 1e9:.2f} GB of lines, {os.path.getsize(bundle) / 1e9:.2f} GB, "
          f"{len(ids)} documents")
    print(f"  written in {wall:.1f} s, peak {peak:.1f} MB")
    os.remove(lines)
    limit = ["--max-bytes", str(1 << 40)]
    wall, cpu, peak = measure([TOOLKIT, "bundle", "verify", bundle, *limit])
    print(f"  verified in {wall:.1f} s, peak {peak:.1f} MB")
    target = os.path.join(folder, "unpacked")
    wall, cpu, peak = measure([TOOLKIT, "bundle", "extract", bundle, "-o", target, *limit])
    print(f"  unpacked in {wall:.1f} s, peak {peak:.1f} MB")
    shutil.rmtree(target)
    chosen = random.Random(1).sample(ids, 50)
    if os.path.exists(READER):
        subprocess.run([READER, bundle, *chosen], stdout=subprocess.DEVNULL, check=True)
        with open(os.path.join(folder, "times"), "w+") as out:
            _, _, peak = measure([READER, bundle, *chosen], out)
            out.seek(0)
            times = sorted(float(line.split()[0]) for line in out)
        print(f"  one document: median {statistics.median(times):.1f} ms, slowest {times[-1]:.1f} ms (opened anew each "
              f"time), peak {peak:.1f} MB")
    rows = [measure([TOOLKIT, "bundle", "cat", bundle, name, *limit]) for name in chosen[:10]]
    empty = [measure([TOOLKIT, "--version"]) for _ in range(10)]
    print(f"  `bundle cat`, start of the process and all: {1000 * median(rows)[0]:.0f} ms, of which "
          f"`toolkit --version` takes {1000 * median(empty)[0]:.0f}; peak {max(row[2] for row in rows):.1f} MB")
    subprocess.run(["unzip", "-tq", bundle], check=True)


def many(folder, count):
    """A bundle of so many members; index, list and two more are among them."""
    files, bundle = os.path.join(folder, "files"), os.path.join(folder, "many.zip")
    for number in range(count - 2):
        place = os.path.join(files, f"{number // 1000:03}")
        if number % 1000 == 0:
            os.makedirs(place)
        with open(os.path.join(place, f"{number:06}.txt"), "w") as out:
            out.write(f"file {number}\n")
    for command in (["create", bundle, files], ["verify", bundle], ["list", bundle]):
        wall, cpu, peak = measure([TOOLKIT, "bundle", *command])
        print(f"{count} members: {command[0]} {wall:.1f} s, peak {peak:.1f} MB")
    subprocess.run(["unzip", "-tq", bundle], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=float, default=0)
    parser.add_argument("--members", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.megabytes:
            speed(options.corpus, folder, options.megabytes * 10**6, options.rounds)
        if options.large:
            large(options.corpus, folder, options.large * 1e9)
        if options.members:
            many(folder, options.members)


if __name__ == "__main__":
    main()
