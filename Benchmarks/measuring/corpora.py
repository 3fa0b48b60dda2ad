"""Corpora to measure with, kept in the work folder: made once, by make-corpus.py."""
import os
import shutil
import subprocess
import sys

from .process import Failed, say

MAKER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "make-corpus.py")
# A document of 2 KB takes 2.13 KB in a corpus.
BYTES_PER_DOCUMENT = 2_200


def require_space(folder, needed, what):
    """Says how much disk `what` needs and raises Failed if that is not there. `needed` is in bytes."""
    free = shutil.disk_usage(folder).free
    say(f"{what} needs {size(needed)} of disk in {folder}; {size(free)} are free")
    if free < needed:
        raise Failed(f"not enough disk for {what}: name another folder with --work, or measure less")


def size(count):
    """Bytes in words."""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def path(work, documents, new=0.0):
    return os.path.join(work, f"{documents}-new-{new:g}.jsonl" if new else f"{documents}.jsonl")


def make(work, documents, new=0.0):
    """The corpus of so many documents, of which the share `new` is others; returns its path.

    A smaller corpus is the beginning of a larger one, so it is cut from one if there is one.
    """
    wanted = path(work, documents, new)
    if os.path.exists(wanted):
        return wanted
    part = wanted + ".part"
    larger = None if new else next_larger(work, documents)
    if larger:
        say(f"cutting {documents:,} documents from {os.path.basename(larger)}")
        cut(larger, part, documents)
    else:
        say(f"making {documents:,} documents" + (f", {new:.0%} of them new" if new else ""))
        command = [sys.executable, MAKER, str(documents), part] + (["--new", str(new)] if new else [])
        if subprocess.run(command).returncode != 0:
            raise Failed(f"the corpus could not be made: {' '.join(command)}")
    os.replace(part, wanted)
    return wanted


def next_larger(work, documents):
    sizes = [int(name[:-6]) for name in os.listdir(work) if name.endswith(".jsonl") and name[:-6].isdigit()]
    larger = sorted(size for size in sizes if size > documents)
    return path(work, larger[0]) if larger else None


def cut(source, target, documents):
    with open(source, "rb") as lines, open(target, "wb") as out:
        for _ in range(documents):
            line = lines.readline()
            if not line:
                raise Failed(f"{source} is incomplete; delete it")
            out.write(line)


def split(source, folder, parts):
    """The same documents in as many files, in `folder`, of about the same size."""
    os.makedirs(folder, exist_ok=True)
    share = os.path.getsize(source) / parts
    with open(source, "rb") as lines:
        for part in range(parts):
            with open(os.path.join(folder, f"{part:02}.jsonl"), "wb") as out:
                while lines.tell() < (part + 1) * share:
                    line = lines.readline()
                    if not line:
                        break
                    out.write(line)


