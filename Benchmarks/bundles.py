#!/usr/bin/env python3
"""bundles.py CORPUS.jsonl [--megabytes 200] [--rounds 5] [--large GB] [--members N]: what bundles cost.

CORPUS.jsonl has one object with an id and a text a line, such as `make-corpus.py` makes. Its lines are repeated
under new ids until they are as many megabytes; then, in turn and all in one run: `pigz -p2 -6` and `bundle create
--workers 2` on these bytes, `unzip -t` and `bundle verify` on that bundle. `--large 1` makes a bundle of 1 GB
(compressed), verifies and unpacks it, reads 50 documents out of it, and prints times and peaks of memory; `--members
100000` makes one of so many members. `--megabytes 0` leaves the first part out. Exit code 1 if a limit was missed.
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

from measuring import process

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLKIT = os.environ.get("TOOLKIT", os.path.join(ROOT, ".build/release/toolkit"))
READER = os.environ.get("READER", os.path.join(os.path.dirname(TOOLKIT), "read-documents"))
HOUR = 3600

# What a bundle may cost.
LEAST_WRITING, LEAST_VERIFYING = 2, 4  # times as fast as pigz -p2 and unzip -t
MOST_LARGER = 2  # percent
MOST_MEMORY, MOST_MEMORY_OF_ONE = 64e6, 30e6  # bytes
MOST_MILLISECONDS_OF_ONE = 15

missed = []


def judge(figure, is_fine, limit):
    """The figure as it is printed, with its limit."""
    if not is_fine:
        missed.append(f"{figure}, the limit is {limit}")
    return f"{figure} (limit: {limit}{'' if is_fine else ', MISSED'})"


def memory(cost, most=MOST_MEMORY):
    return judge(f"peak {cost.peak / 1e6:.1f} MB", cost.peak <= most, f"{most / 1e6:.0f} MB")


def name(number):
    """The id of a document."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:16]


def write_lines(corpus, path, size):
    """Repeats the corpus under new ids until it has so many bytes; returns how many documents that are.

    It holds a line at a time: the kernel counts what this program has in memory as the start of what others have.
    """
    rests = path + ".rests"
    with open(corpus, encoding="utf-8") as lines, open(rests, "wb") as out:
        for line in lines:
            out.write(json.dumps({"text": json.loads(line)["text"]}, ensure_ascii=False).encode()[1:] + b"\n")
    count = done = 0
    with open(path, "wb") as out:
        while done < size:
            with open(rests, "rb") as lines:
                for line in lines:
                    done += out.write(b'{"id": "%s", %s' % (name(count).encode(), line))
                    count += 1
                    if done >= size:
                        break
    os.remove(rests)
    return count


def speed(corpus, folder, size, rounds):
    lines, bundle = os.path.join(folder, "lines.jsonl"), os.path.join(folder, "lines.zip")
    documents = write_lines(corpus, lines, size)
    commands = {
        "pigz -p2 -6": ["pigz", "-p2", "-6", "-k", "-f", lines],
        "bundle create": [TOOLKIT, "bundle", "create", bundle, "--documents", lines, "--workers", "2"],
        "unzip -t": ["unzip", "-tq", bundle],
        "bundle verify": [TOOLKIT, "bundle", "verify", bundle],
    }
    rows = {what: [] for what in commands}
    for _ in range(rounds):
        for what, command in commands.items():
            rows[what].append(process.run(command, folder, HOUR))
    costs = {what: process.median(row) for what, row in rows.items()}
    total = os.path.getsize(lines)
    print(f"{total / 1e6:.1f} MB of lines, {documents} documents; medians of {rounds} rounds, one after the other")
    for what, cost in costs.items():
        print(f"  {what:14} {cost.wall:6.2f} s wall  {cost.cpu:6.2f} s CPU  {total / 1e6 / cost.wall:7.1f} MB/s  "
              f"peak {cost.peak / 1e6:5.1f} MB")
    for fast, slow, least, verb in (
            ("bundle create", "pigz -p2 -6", LEAST_WRITING, "writing"),
            ("bundle verify", "unzip -t", LEAST_VERIFYING, "verifying")):
        leads = [costs[slow].wall / costs[fast].wall, costs[slow].cpu / costs[fast].cpu]
        pairs = [mine.wall / other.wall for mine, other in zip(rows[slow], rows[fast])]
        print("  " + judge(f"{verb} {leads[0]:.2f} times as fast as {slow}", leads[0] >= least, f"at least {least}")
              + f"; rounds {min(pairs):.2f} to {max(pairs):.2f}; {leads[1]:.2f} by CPU")
        print(f"  {fast}: {memory(costs[fast])}")
    sizes = os.path.getsize(lines + ".gz"), os.path.getsize(bundle)
    larger = 100 * (sizes[1] / sizes[0] - 1)
    index = sum(entry.compress_size for entry in members(bundle) if entry.filename.startswith("index"))
    print(f"  sizes: pigz {sizes[0]}, bundle {sizes[1]}, of which the index {index}: "
          + judge(f"{larger:+.2f} %", larger <= MOST_LARGER, f"+{MOST_LARGER} %"))
    os.remove(lines + ".gz")


def members(bundle):
    import zipfile  # here, since it is large
    with zipfile.ZipFile(bundle) as archive:
        return archive.infolist()


def large(corpus, folder, size):
    """A bundle of so many compressed bytes: about 2.2 times as many of lines."""
    lines, bundle = os.path.join(folder, "large.jsonl"), os.path.join(folder, "large.zip")
    count = write_lines(corpus, lines, int(size * 2.3))
    limit = ["--max-bytes", str(1 << 40)]
    cost = process.run([TOOLKIT, "bundle", "create", bundle, "--documents", lines, "--workers", "2"], folder, HOUR)
    print(f"large bundle: {os.path.getsize(lines) / 1e9:.2f} GB of lines, {os.path.getsize(bundle) / 1e9:.2f} GB, "
          f"{count} documents")
    print(f"  written in {cost.wall:.1f} s, {memory(cost)}")
    os.remove(lines)
    cost = process.run([TOOLKIT, "bundle", "verify", bundle, *limit], folder, HOUR)
    print(f"  verified in {cost.wall:.1f} s, {memory(cost)}")
    target = os.path.join(folder, "unpacked")
    cost = process.run([TOOLKIT, "bundle", "extract", bundle, "-o", target, *limit], folder, HOUR)
    print(f"  unpacked in {cost.wall:.1f} s, {memory(cost)}")
    shutil.rmtree(target)
    chosen = [name(number) for number in random.Random(1).sample(range(count), 50)]
    if os.path.exists(READER):
        process.run([READER, bundle, *chosen], folder, HOUR)
        cost = process.run([READER, bundle, *chosen], folder, HOUR, log="times")
        with open(os.path.join(folder, "times")) as out:
            times = sorted(float(line.split()[0]) for line in out)
        middle = statistics.median(times)
        figure = judge(f"median {middle:.1f} ms", middle <= MOST_MILLISECONDS_OF_ONE, f"{MOST_MILLISECONDS_OF_ONE} ms")
        print(f"  one document, bundle opened anew each time: {figure}, slowest of {len(times)} {times[-1]:.1f} ms, "
              f"{memory(cost, MOST_MEMORY_OF_ONE)}")
    rows = [process.run([TOOLKIT, "bundle", "cat", bundle, name, *limit], folder, HOUR) for name in chosen]
    empty = process.median([process.run([TOOLKIT, "--version"], folder, HOUR) for _ in chosen])
    cat = process.median(rows)
    print(f"  `bundle cat`, start of the process and all: median {1000 * cat.wall:.1f} ms, of which `toolkit "
          f"--version` takes {1000 * empty.wall:.1f}; {memory(cat, MOST_MEMORY_OF_ONE)}")
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
        cost = process.run([TOOLKIT, "bundle", *command], folder, HOUR)
        print(f"{count} members: {command[0]} {cost.wall:.1f} s, peak {cost.peak / 1e6:.1f} MB")
    subprocess.run(["unzip", "-tq", bundle], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=float, default=0)
    parser.add_argument("--members", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            if options.megabytes:
                speed(options.corpus, folder, options.megabytes * 10**6, options.rounds)
            if options.large:
                large(options.corpus, folder, options.large * 1e9)
            if options.members:
                many(folder, options.members)
        except process.Failed as failed:
            sys.exit(str(failed))
    for figure in missed:
        print(f"missed: {figure}", file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
