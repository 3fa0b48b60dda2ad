"""The same steps and the same files with toolkit and with others: read, label languages, find exact and near copies,
write JSON Lines, zip."""
import os
import re
import shutil
import zipfile

from . import corpora, machine, process
from .pipeline import Pipeline, copies
from .process import Failed, say

HERE = os.path.dirname(os.path.abspath(__file__))
DISK_PER_DOCUMENT = 30_000


class Toolkit:
    def __init__(self, options, corpus, name, cache):
        self.name = name
        self.documents = options.documents
        self.pipeline = Pipeline(options, os.path.join(options.work, f"peers-{cache}"), corpus, cache)

    def prepare(self):
        self.pipeline.clear()

    def run(self):
        return self.pipeline.run(sample=True)

    def copies(self):
        return sum(copies(self.pipeline.report(self.documents)).values())

    def remove(self):
        self.pipeline.remove()


class Peer:
    """A program that prints how many documents it kept."""

    def __init__(self, options, name, command, inputs=()):
        """`inputs`: what follows the output folder on the command line."""
        self.name, self.command, self.options, self.inputs = name, command, options, inputs
        self.folder = os.path.join(options.work, f"peers-{name}")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.out = os.path.join(self.folder, "out")

    def prepare(self):
        shutil.rmtree(self.out, ignore_errors=True)

    def run(self):
        environment = {"LID": self.options.lid}
        return process.run(
            self.command + [self.out, *self.inputs], self.folder, self.options.timeout, environment, sample=True)

    def copies(self):
        # Progress bars may stand before it on the line.
        kept = re.findall(r"(\d+) kept\b", process.tail(os.path.join(self.folder, "run.log")))
        if not kept or not zipfile.is_zipfile(os.path.join(self.out, "bundle.zip")):
            raise Failed(f"{self.name} did not do all its work")
        return self.options.documents - int(kept[-1])

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def contestants(options, corpus):
    """Who takes part, toolkit first, and in words who can't and why."""
    runners = [
        Toolkit(options, corpus, "toolkit", cache=False), Toolkit(options, corpus, "toolkit, keeping results", True)]
    skipped, versions = [], {}

    def absent(name, *needs):
        missing = [f"{option} names no file that is there" if path else f"{option} was not given"
                   for option, path in needs if not path or not os.path.exists(path)]
        if missing:
            skipped.append(f"{name}: {'; '.join(missing)}")
        return bool(missing)

    lid = os.path.abspath(options.lid) if options.lid else None
    options.lid = lid or ""
    script = ("--glue-script", options.glue_script)
    if not absent("glue", ("--glue-python", options.glue_python), script, ("--lid", lid)):
        command = [options.glue_python, os.path.abspath(options.glue_script), corpus]
        runners.append(Peer(options, "glue", command))
        versions["glue"] = machine.packages(options.glue_python, ["fasttext-predict", "rensa", "numpy"])
    if not absent("datatrove", ("--datatrove-python", options.datatrove_python), ("--lid", lid)):
        parts = os.path.join(options.work, "peers-parts")
        corpora.split(corpus, parts, options.workers)
        command = [options.datatrove_python, os.path.join(HERE, "datatrove_steps.py"), parts]
        runners.append(Peer(options, "datatrove", command, [lid, str(options.workers)]))
        names = ["datatrove", "fasttext-numpy2-wheel", "spacy"]
        versions["datatrove"] = machine.packages(options.datatrove_python, names)
    return runners, skipped, versions


def measure(options, deadline):
    needed = options.documents * DISK_PER_DOCUMENT
    corpora.require_space(options.work, needed, f"peers at {options.documents:,} documents")
    corpus = corpora.make(options.work, options.documents)
    runners, skipped, versions = contestants(options, corpus)
    for words in skipped:
        say(f"skipped {words}")
    costs, found = {runner.name: [] for runner in runners}, {}
    # In turn, so that what else goes on in the machine meets all of them.
    for number in range(options.repeat):
        if number > 0 and deadline.would_pass(sum(runs[-1].wall for runs in costs.values())):
            say(f"stopping after {number} rounds: not enough time left (--budget)")
            break
        for runner in runners:
            runner.prepare()
            cost = runner.run()
            costs[runner.name].append(cost)
            found[runner.name] = runner.copies()
            say(f"round {number + 1}: {runner.name:<25} {cost.wall:7.1f} s, {cost.cpu:7.1f} s of CPU, "
                f"{found[runner.name]:,} copies")
    rows = []
    for runner in runners:
        cost = process.median(costs[runner.name])
        rows.append({
            "name": runner.name, "version": versions.get(runner.name), "runs": len(costs[runner.name]),
            "documents": options.documents, "wall": cost.wall, "cpu": cost.cpu,
            "peak_bytes": max(cost.peak, cost.together), "copies": found[runner.name],
            "walls": [cost.wall for cost in costs[runner.name]]})
        runner.remove()
    shutil.rmtree(os.path.join(options.work, "peers-parts"), ignore_errors=True)
    for row in rows:
        row["wall_lead"], row["cpu_lead"] = row["wall"] / rows[0]["wall"], row["cpu"] / rows[0]["cpu"]
    limits = {"glue": options.min_glue, "datatrove": options.min_datatrove}
    return {"rows": rows, "skipped": skipped, "workers": options.workers, "limits": limits,
            "misses": misses(rows, limits)}


def misses(rows, limits):
    found = []
    for row in rows:
        goal = limits.get(row["name"])
        if goal and row["wall_lead"] < goal:
            found.append(f"toolkit is {row['wall_lead']:.2f} times as fast as {row['name']}; the goal is {goal:g}")
    return found
