"""Runs rivals as processes of their own, in turn (A B A B), and prints a table of medians."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """One process: wall and processor seconds, peak memory in MB as the kernel accounts it."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that was to be reached; smaller is better."""

    name: str
    value: float
    must: float
    aim: float | None = None
    unit: str = "x"


def child(script: str, *arguments: str) -> Run:
    """Run ``python script --child arguments`` to its end."""
    return process(script, "--child", *arguments)


def process(*arguments: str, expected: Sequence[int] = (0,)) -> Run:
    """Run ``python arguments`` to its end, what it prints unseen; it must end with one of the exit codes expected."""
    command = [sys.executable, *arguments]
    start = os.times().elapsed
    started = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in expected:
        raise SystemExit(f"{' '.join(command)} ended with {started.returncode}")
    return Run(os.times().elapsed - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(jobs: Mapping[str, Callable[[], Run]], times: int, once: Sequence[str] = ()) -> dict[str, Run]:
    """Medians of ``times`` rounds; the jobs of ``once`` run in the first round only."""
    runs: dict[str, list[Run]] = {name: [] for name in jobs}
    for turn in range(times):
        for name, job in jobs.items():
            if turn == 0 or name not in once:
                runs[name].append(job())
    return {name: _median(each) for name, each in runs.items()}


def report(title: str, runs: Mapping[str, Run], base: str, claims: Sequence[Claim], notes: Sequence[str] = ()) -> bool:
    """Print both tables; True when every must is met."""
    print(f"\n{title}\n{'':44}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'x base':>9}")
    for name, run in runs.items():
        print(f"{name:44}{run.wall:9.2f}{run.cpu:9.2f}{run.peak:9.0f}{run.wall / runs[base].wall:9.2f}")
    print(f"\n{'':44}{'reached':>9}{'must':>9}{'aim':>9}")
    for claim in claims:
        met = "" if claim.value <= claim.must else "   MISSED"
        aim = "" if claim.aim is None else f"{claim.aim:g}"
        print(f"{claim.name:44}{claim.value:9.2f}{claim.must:9g}{aim:>9} {claim.unit}{met}")
    for note in notes:
        print(note)
    return all(claim.value <= claim.must for claim in claims)


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.peak for run in runs),
    )
