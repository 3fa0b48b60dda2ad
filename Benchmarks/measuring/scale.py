"""What a document costs as the corpus grows."""
import os

from . import corpora, process
from .pipeline import Pipeline, copies, stages
from .process import say

# Corpus, spools, outputs, bundle and cache of one document of 2 KB, with room to spare.
DISK_PER_DOCUMENT = 12_000


def measure(options, deadline):
    """Runs the pipeline on every size and returns the figures, smallest first."""
    sizes = sorted(set(options.sizes))
    # What is there already needs no more room.
    missing = 0 if os.path.exists(corpora.path(options.work, sizes[-1])) else sizes[-1] * corpora.BYTES_PER_DOCUMENT
    corpora.require_space(options.work, sizes[-1] * DISK_PER_DOCUMENT + missing, f"scale to {sizes[-1]:,} documents")
    # The largest first: the others are its beginning.
    files = {size: corpora.make(options.work, size) for size in reversed(sizes)}
    rows, skipped = [], []
    for size in sizes:
        if deadline.would_pass(rows[-1]["wall"] * size / rows[-1]["documents"] if rows else 0):
            skipped.append(f"{size:,} documents: not enough time left (--budget)")
            say(skipped[-1])
            continue
        rows.append(one(options, size, files[size]))
    reference = next((row for row in rows if row["documents"] == options.reference), None)
    for row in rows:
        for kind in ("wall", "cpu"):
            row[f"{kind}_ratio"] = (
                (row[kind] / row["documents"]) / (reference[kind] / reference["documents"]) if reference else None)
    return {"rows": rows, "skipped": skipped, "cache": options.cache, "workers": options.workers,
            "reference": options.reference, "misses": misses(options, rows, skipped),
            "limits": {"memory_bytes": options.max_memory_mb * 1e6, "growth": options.max_growth}}


def one(options, size, corpus):
    repeats = options.repeat if size <= options.repeat_up_to else 1
    pipeline = Pipeline(options, os.path.join(options.work, f"scale-{size}"), corpus, cache=options.cache == "fresh")
    costs = []
    for number in range(repeats):
        pipeline.clear()
        costs.append(pipeline.run())
        say(f"{size:>9,} documents, run {number + 1} of {repeats}: {words(costs[-1])}")
    report = pipeline.report(size)
    cost = process.median(costs)
    row = {
        "documents": size, "corpus_bytes": os.path.getsize(corpus), "runs": repeats, "wall": cost.wall,
        "cpu": cost.cpu, "peak_bytes": cost.peak, "walls": [cost.wall for cost in costs],
        "copies": copies(report), "stages": stages(report), **pipeline.disk()}
    pipeline.remove()
    return row


def words(cost):
    return f"{cost.wall:.1f} s, {cost.cpu:.1f} s of CPU, {corpora.size(cost.peak)} peak"


def misses(options, rows, skipped):
    """The limits that were missed, in words."""
    found = [f"not measured: {what}" for what in skipped]
    for row in rows:
        if row["peak_bytes"] > options.max_memory_mb * 1e6:
            found.append(
                f"{row['documents']:,} documents took {corpora.size(row['peak_bytes'])} of memory; the limit is "
                f"{options.max_memory_mb:,} MB")
        ratio = row[f"{options.judge}_ratio"]
        if ratio is not None and row["documents"] > options.reference and ratio > options.max_growth:
            found.append(
                f"a document of {row['documents']:,} took {ratio:.2f} times as long as one of {options.reference:,} "
                f"({options.judge} time); the limit is {options.max_growth}")
    if not any(row["documents"] == options.reference for row in rows):
        found.append(f"nothing to compare with: {options.reference:,} documents were not measured (--reference)")
    return found
