"""What a figure depends on: the machine, the versions, the day, and who else was at work."""
import datetime
import os
import platform
import subprocess


def cores():
    return len(os.sched_getaffinity(0))


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.machine()


def memory():
    """The machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def load():
    """How many processes wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


def output(command):
    """A command's output in one line; None if it can't be run."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return " ".join(result.stdout.split()) if result.returncode == 0 else None


def packages(python, names):
    """The versions of Python packages, as another interpreter sees them."""
    code = f"from importlib.metadata import version as v\nprint(', '.join(n + ' ' + v(n) for n in {names!r}))"
    return output([python, "-c", code])


def commit():
    """The commit of this repository; None outside of git."""
    here = os.path.dirname(os.path.abspath(__file__))
    return output(["git", "-C", here, "rev-parse", "--short=10", "HEAD"])


def facts(options):
    """Nothing here names the machine or its owner."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "date": now.strftime("%Y-%m-%d %H:%M UTC"),
        "cores": cores(),
        "memory_bytes": memory(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "toolkit": output([options.toolkit, "--version"]),
        "commit": commit(),
        "load_before": round(load(), 2),
    }
