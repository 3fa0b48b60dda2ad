"""What a second run costs: nothing new, 1 % new documents, and `--if-changed`."""
import os
import shutil

from . import corpora, process
from .pipeline import Pipeline, stages
from .process import say

DISK_PER_DOCUMENT = 20_000
SHARE = 0.01


def measure(options, deadline):
    count = options.documents
    corpora.require_space(options.work, count * DISK_PER_DOCUMENT, f"rerun with {count:,} documents")
    old, new = corpora.make(options.work, count), corpora.make(options.work, count, SHARE)
    folder = os.path.join(options.work, "rerun")
    # The corpus changes under one name, as an inbox does.
    corpus = os.path.join(options.work, "rerun-corpus.jsonl")
    put(old, corpus)
    pipeline = Pipeline(options, folder, corpus, cache=True)
    rows, faults = [], []

    def compare(wanted, words):
        found = pipeline.digests()
        differing = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        if differing:
            faults.append(f"{words}: {', '.join(differing)}")
            say(faults[-1])

    def step(name, repeats, prepare=lambda: None, arguments=()):
        costs = []
        for number in range(repeats):
            if number > 0 and deadline.would_pass(costs[-1].wall):
                break
            prepare()
            costs.append(pipeline.run(*arguments))
            say(f"{name}, run {number + 1} of {repeats}: {costs[-1].wall:.2f} s, {costs[-1].cpu:.2f} s of CPU")
        report = pipeline.report(count)
        cost = process.median(costs)
        rows.append({
            "name": name, "runs": len(costs), "documents": count, "wall": cost.wall, "cpu": cost.cpu,
            "peak_bytes": cost.peak, "walls": [cost.wall for cost in costs], "stages": stages(report)})

    step("first run", options.repeat_first, pipeline.clear)
    first, disk = pipeline.digests(), pipeline.disk()
    step("second run, nothing new", options.repeat)
    compare(first, "the run with nothing new wrote other bytes than the first")
    # Both again, with the outputs away: they have to come back.
    def lose():
        shutil.rmtree(os.path.join(folder, "out"))
        os.remove(os.path.join(folder, "bundle.zip"))
    step("second run, outputs gone", options.repeat, lose)
    compare(first, "the run that had to write its outputs again wrote other bytes than the first")
    step("--if-changed, nothing new", options.repeat, arguments=["--if-changed"])

    saved = os.path.join(options.work, "rerun-saved")
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(pipeline.cache, saved)

    def bring_news():
        # The state after the first run, and then the new corpus.
        shutil.rmtree(pipeline.cache)
        shutil.copytree(saved, pipeline.cache)
        put(new, corpus)

    step("1 % new documents", options.repeat, bring_news)
    if options.check:
        third = pipeline.digests()
        pipeline.clear()
        pipeline.keeps = False
        pipeline.run()
        compare(third, "the run with 1 % new documents wrote other bytes than one without a cache")
    for path in (folder, saved):
        shutil.rmtree(path, ignore_errors=True)
    os.remove(corpus)
    for row in rows:
        row["wall_share"], row["cpu_share"] = row["wall"] / rows[0]["wall"], row["cpu"] / rows[0]["cpu"]
    limits = {
        "second run, nothing new": options.max_unchanged, "1 % new documents": options.max_new,
        "--if-changed, nothing new": options.max_if_changed}
    return {"rows": rows, "workers": options.workers, "limits": limits, "checked": options.check and not faults, **disk,
            "misses": faults + misses(options, rows)}


def put(source, target):
    """A copy under another name, with the time of now: a new file, as far as anyone can see."""
    part = target + ".part"
    shutil.copyfile(source, part)
    os.replace(part, target)


def misses(options, rows):
    by_name, found = {row["name"]: row for row in rows}, []
    for name, limit in (("second run, nothing new", options.max_unchanged), ("1 % new documents", options.max_new)):
        share = by_name[name]["wall_share"]
        if share * 100 > limit:
            found.append(f"{name}: {share:.1%} of the first run; the limit is {limit:g} %")
    seconds = by_name["--if-changed, nothing new"]["wall"]
    if seconds > options.max_if_changed:
        found.append(f"--if-changed with nothing new took {seconds:.2f} s; the limit is {options.max_if_changed:g} s")
    return found
