"""What a command costs with all the processes it starts: CPU and wall seconds, memory at the peak."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Of a process and its children: seconds, and megabytes at the peak."""

    cpu: float
    wall: float
    mb: float


def adopt() -> None:
    """Let processes that lose their parent become ours, so that they are waited for and counted."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def measured(command: list[str], folder: Path) -> Cost:
    """Run a command in a process group of its own; what it leaves behind is waited for and counted too."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"HOME": str(folder), "PYTHONPYCACHEPREFIX": str(folder.parent / "pycache"), "OPENBLAS_NUM_THREADS": "1"}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0)
    peak = Peak(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    while True:
        try:
            _, _, usage = os.wait4(-process.pid, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:300]} ended with {process.returncode}")
    return Cost(cpu, wall, peak.stop())


class Peak:
    """Looks ten times a second how much memory the processes of a group hold together, in megabytes."""

    def __init__(self, group: int) -> None:
        self._group, self._most, self._over = group, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self._most = max(self._most, self._held(Path(f"/proc/{self._group}")))

    def _held(self, process: Path) -> float:
        """A process and its children, as far as they are of the group."""
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            children = " ".join(path.read_text() for path in process.glob("task/*/children")).split()
        except OSError:
            return 0.0
        if int(fields[2]) != self._group:
            return 0.0
        return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(self._held(Path(f"/proc/{child}")) for child in children)

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "mb")))
