"""Runs programs and measures them: wall time, CPU time, peak memory."""
import dataclasses
import os
import signal
import statistics
import subprocess
import sys
import threading
import time


class Failed(Exception):
    """A measurement could not be made; the words are for the user."""


@dataclasses.dataclass
class Cost:
    """What one run of a program cost.

    wall, cpu: seconds; cpu is user and system time of the program and of the children that it waited for, or what was
    seen of all processes in its session, if that was sampled and is more.
    peak: bytes; the largest resident set of any one of its processes, as the kernel counted it.
    together: bytes; the largest memory of all its processes at once, shared pages counted once (summed PSS, sampled);
    0 if it was not sampled.
    """

    wall: float
    cpu: float
    peak: int
    together: int = 0


def run(command, folder, limit, environment=None, log="run.log", sample=False, codes=(0,)):
    """Runs `command` in `folder` until its end and says what it cost.

    Its output goes to the file `log` in `folder`. After `limit` seconds it and its children are killed.
    Raises Failed when it is killed or ends with another exit code than `codes`.
    """
    path = os.path.join(folder, log)
    with open(path, "wb") as output:
        start = time.monotonic()
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})}, start_new_session=True)
        except OSError as error:
            raise Failed(f"{command[0]} can't be run: {error.strerror}") from None
    late = threading.Event()

    def stop():
        late.set()
        end(process.pid)

    timer = threading.Timer(limit, stop)
    timer.daemon = True
    timer.start()
    sampler = Sampler(process.pid) if sample else None
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        end(process.pid)
        raise
    finally:
        wall = time.monotonic() - start
        timer.cancel()
        if sampler:
            sampler.stop()
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if late.is_set():
        raise Failed(f"{os.path.basename(command[0])} was stopped after {limit:.0f} s (--timeout)")
    if code not in codes:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise Failed(f"{' '.join(command)}\nended with {how}; its last words:\n{tail(path)}")
    cpu = usage.ru_utime + usage.ru_stime
    if sampler:
        return Cost(wall, max(cpu, sampler.cpu()), usage.ru_maxrss * 1024, sampler.most)
    return Cost(wall, cpu, usage.ru_maxrss * 1024)


def end(group):
    """Kills a process that leads its group, and its children."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def tail(path, lines=12):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 4000))
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])


class Sampler:
    """Follows memory and CPU time of all processes of a session until it is stopped, several times a second.

    datatrove's workers, for one, are children of a server that nobody waits for: the kernel adds their time to no one.
    """

    def __init__(self, session):
        self.session, self.most, self.ticks, self.done = session, 0, {}, threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        while not self.done.wait(0.25):
            together = 0
            for process in self.processes():
                together += self.memory(process)
                self.note_time(process)
            self.most = max(self.most, together)

    def cpu(self):
        """Seconds of all processes, each as it was last seen."""
        return sum(self.ticks.values()) / os.sysconf("SC_CLK_TCK")

    def note_time(self, process):
        try:
            with open(f"/proc/{process}/stat") as file:
                # The name, in brackets, may hold anything.
                fields = file.read().rpartition(")")[2].split()
            self.ticks[process] = max(self.ticks.get(process, 0), int(fields[11]) + int(fields[12]))
        except (OSError, ValueError, IndexError):
            pass

    def processes(self):
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                if os.getsid(int(name)) == self.session:
                    yield name
            except OSError:
                continue

    @staticmethod
    def memory(process):
        try:
            with open(f"/proc/{process}/smaps_rollup") as file:
                for line in file:
                    if line.startswith("Pss:"):
                        return int(line.split()[1]) * 1024
        except (OSError, ValueError):
            pass
        return 0

    def stop(self):
        self.done.set()
        self.thread.join()


def median(costs):
    """The costs' medians, each figure by itself, except memory: that is the most."""
    return Cost(
        statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs),
        max(cost.peak for cost in costs), max(cost.together for cost in costs))


def say(text):
    """Progress; stdout is for results."""
    print(text, file=sys.stderr, flush=True)
