#!/usr/bin/env python3
"""Measures what must hold of the runtime. Each step works alone:

  runtime.py scale     time per document and peak memory as the corpus grows
  runtime.py peers     the same steps and files with toolkit, a Python script and datatrove
  runtime.py rerun     a second run, with nothing new and with 1 % new documents
  runtime.py tables FILE [--into PAGE]   the figures of a JSON file as Markdown
  runtime.py plot FILE OUT.svg           cost against size

Only the standard library is needed. The exit code is 1 when a limit was missed, 2 when nothing could be measured.
"""
import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time

from measuring import machine, peers, plot, rerun, scale, tables
from measuring.process import Failed, say

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Deadline:
    """When to begin nothing more."""

    def __init__(self, seconds):
        self.at = time.monotonic() + seconds if seconds else None

    def would_pass(self, seconds):
        return self.at is not None and time.monotonic() + seconds > self.at


def main():
    options = arguments()
    # Who ends the script ends what it runs: that has a session of its own.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    try:
        if options.step == "tables":
            return tables.show(options.file, options.into)
        if options.step == "plot":
            return plot.draw(options.file, options.out)
        return measure(options)
    except Failed as error:
        say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130


def measure(options):
    options.toolkit = os.path.abspath(options.toolkit)
    if not os.access(options.toolkit, os.X_OK):
        raise Failed(f"{options.toolkit} is no program; build it with scripts/build.sh, or name it with --toolkit")
    step = {"scale": scale, "peers": peers, "rerun": rerun}[options.step]
    with workplace(options.work) as options.work:
        facts = machine.facts(options)
        if facts["load_before"] > 0.5:
            say(f"note: the machine is busy (load {facts['load_before']}): figures are a rehearsal")
        figures = step.measure(options, Deadline(options.budget))
    figures["machine"] = {**facts, "load_after": round(machine.load(), 2)}
    if options.json:
        store(options.json, options.step, figures)
    print(tables.markdown(options.step, figures) if options.markdown else tables.plain(options.step, figures))
    for miss in figures["misses"]:
        print(f"MISSED: {miss}")
    return 1 if figures["misses"] else 0


@contextlib.contextmanager
def workplace(folder):
    if folder:
        os.makedirs(folder, exist_ok=True)
        yield os.path.abspath(folder)
    else:
        with tempfile.TemporaryDirectory(prefix="toolkit-runtime-") as temporary:
            yield temporary


def store(path, step, figures):
    """Puts the figures beside those of other steps."""
    everything = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            everything = json.load(file)
    everything[step] = figures
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(everything, file, indent=1, sort_keys=True)
        file.write("\n")
    os.replace(path + ".part", path)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--toolkit", default=os.path.join(REPOSITORY, ".build", "release", "toolkit"))
    common.add_argument("--work", help="folder for corpora and runs; corpora stay there (default: a temporary one)")
    common.add_argument("--workers", type=int, default=machine.cores(), help="as toolkit's (default: all cores)")
    common.add_argument("--timeout", type=float, default=3600, help="seconds that one run may take")
    common.add_argument("--budget", type=float, default=0, help="seconds after which nothing more is begun")
    common.add_argument("--json", help="file to put the figures into, beside those of other steps")
    common.add_argument("--markdown", action="store_true", help="print Markdown tables")

    step = steps.add_parser("scale", parents=[common])
    sizes = lambda text: [int(size) for size in text.split(",")]
    step.add_argument("--sizes", type=sizes, default=[10_000, 100_000, 1_000_000], help="such as 10000,100000")
    step.add_argument("--reference", type=int, default=100_000, help="the size that others are compared with")
    step.add_argument("--cache", choices=["fresh", "none"], default="fresh", help="keep results as users do, or not")
    step.add_argument("--repeat", type=int, default=3, help="runs of the smaller sizes, of which the median counts")
    step.add_argument("--repeat-up-to", type=int, default=100_000, help="larger ones run once")
    step.add_argument("--max-memory-mb", type=float, default=1000)
    step.add_argument("--max-growth", type=float, default=1.3)
    step.add_argument("--judge", choices=["wall", "cpu"], default="wall", help="the time that --max-growth is about")

    step = steps.add_parser("peers", parents=[common])
    step.add_argument("--documents", type=int, default=10_000)
    step.add_argument("--repeat", type=int, default=3)
    step.add_argument("--glue-python", help="a Python with fasttext-predict, rensa and numpy")
    step.add_argument("--glue-script", default=os.path.join(REPOSITORY, "..", "shared", "eval", "peer_glue.py"))
    step.add_argument("--datatrove-python", help="a Python with datatrove[io,processing] and spacy")
    step.add_argument("--lid", default=os.environ.get("LID"), help="the language model lid.176.ftz (default: $LID)")
    step.add_argument("--min-glue", type=float, default=3)
    step.add_argument("--min-datatrove", type=float, default=12)

    step = steps.add_parser("rerun", parents=[common])
    step.add_argument("--documents", type=int, default=100_000)
    step.add_argument("--repeat", type=int, default=3)
    step.add_argument("--repeat-first", type=int, default=3)
    step.add_argument("--max-unchanged", type=float, default=3, help="%% of the first run")
    step.add_argument("--max-new", type=float, default=8, help="%% of the first run")
    step.add_argument("--max-if-changed", type=float, default=1, help="seconds")
    step.add_argument("--no-check", dest="check", action="store_false", help="do not compare with a run without cache")

    step = steps.add_parser("tables")
    step.add_argument("file")
    step.add_argument("--into", help="a page with '<!-- NAME -->' … '<!-- /NAME -->', to be filled in between")
    step = steps.add_parser("plot")
    step.add_argument("file")
    step.add_argument("out")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
