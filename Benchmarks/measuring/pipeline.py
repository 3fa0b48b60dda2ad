"""The pipeline that is measured, and what toolkit says about a run of it."""
import hashlib
import json
import os
import shutil

from . import process
from .process import Failed, say

STEPS = """\
version: 1
name: measure
stages:
  - use: read-files
    with: {{ paths: ["{corpus}"] }}
  - use: detect-language
    with: {{ segments: false }}
  - use: find-duplicates
    with: {{ kinds: [exact, near] }}
  - use: export
    with: {{ directory: "out", formats: [jsonl, csv] }}
  - use: write-bundle
    with: {{ path: "bundle.zip" }}
"""


class Pipeline:
    """A folder with the pipeline, what it writes, and a cache."""

    def __init__(self, options, folder, corpus, cache):
        """`cache`: whether results are kept for later runs."""
        self.options, self.folder, self.keeps = options, folder, cache
        self.cache = os.path.join(folder, "cache")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with open(os.path.join(folder, "measure.yaml"), "w", encoding="utf-8") as file:
            file.write(STEPS.format(corpus=corpus))

    def run(self, *more, sample=False):
        """Runs it as it stands and returns the cost."""
        command = [
            self.options.toolkit, "run", "measure.yaml", "--quiet", "--workers", str(self.options.workers),
            "--date", "2026-01-01", "--cache-dir", self.cache]
        if not self.keeps:
            command.append("--no-cache")
        cost = process.run(command + list(more), self.folder, self.options.timeout, log="toolkit.log", sample=sample)
        with open(os.path.join(self.folder, "toolkit.log"), encoding="utf-8", errors="replace") as log:
            for line in log:
                if line.startswith("warning:"):
                    say(f"toolkit: {line.strip()}")
        return cost

    def report(self, documents):
        """run.json of the last run. Raises Failed unless all documents came through and the counts balance."""
        with open(os.path.join(self.folder, "out", "run.json"), encoding="utf-8") as file:
            report = json.load(file)
        for stage in report["stages"]:
            counts = stage["counts"]
            if counts["taken"] + counts["made"] != counts["passed"] + counts["dropped"] + counts["quarantined"]:
                raise Failed(f"{stage['id']}: the counts do not balance: {counts}")
            if counts["passed"] != documents:
                raise Failed(f"{stage['id']}: {documents:,} documents should have passed, {counts['passed']:,} did")
        return report

    def digests(self):
        """SHA-256 of everything a run writes, by name, except what tells one run from another: run.json in the
        output folder."""
        found = {}
        names = [os.path.join("out", name) for name in sorted(os.listdir(os.path.join(self.folder, "out")))]
        for name in names + ["bundle.zip"]:
            if name != os.path.join("out", "run.json"):
                with open(os.path.join(self.folder, name), "rb") as file:
                    found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return found

    def clear(self):
        """Removes what runs wrote and kept."""
        for name in ("out", "cache"):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        bundle = os.path.join(self.folder, "bundle.zip")
        if os.path.exists(bundle):
            os.remove(bundle)

    def remove(self):
        """Removes the folder; corpora lie elsewhere."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def disk(self):
        """Bytes on disk: outputs, bundle, cache."""
        return {
            "output_bytes": total(os.path.join(self.folder, "out")),
            "bundle_bytes": os.path.getsize(os.path.join(self.folder, "bundle.zip")),
            "cache_bytes": total(self.cache),
        }


def total(folder):
    return sum(os.lstat(os.path.join(path, name)).st_size for path, _, names in os.walk(folder) for name in names)


def copies(report):
    """How many copies were found, of each kind."""
    notes = next((stage["notes"] for stage in report["stages"] if stage["use"] == "find-duplicates"), {})
    return {kind: notes[kind] for kind in ("exact", "near") if kind in notes}


def stages(report):
    """Seconds by stage."""
    return [
        {
            "stage": stage["id"],
            "seconds": stage.get("seconds"),
            "cpu_seconds": stage.get("cpuSeconds"),
            "peak_bytes": stage.get("peakMemoryBytes"),
            "cached": stage.get("cached"),
        }
        for stage in report["stages"]
    ]
