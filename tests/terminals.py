"""Real terminals: tmux, which draws what it gets, and a bare pseudo-terminal, which keeps it byte by byte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Terminal:
    """A tmux session of its own."""

    def __init__(self, folder: Path, command: str, width: int, height: int) -> None:
        self._socket = str(folder / "tmux")
        self._tmux(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            str(width),
            "-y",
            str(height),
            command,
            ";",
            "set",
            "remain-on-exit",
            "on",
        )

    def _tmux(self, *args: str) -> str:
        done = subprocess.run(["tmux", "-u", "-S", self._socket, *args], capture_output=True, text=True, check=True)
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def wait_for(self, words: str, seconds: float = 100) -> str:
        deadline = time.monotonic() + seconds
        while words not in (screen := self.screen()):
            assert time.monotonic() < deadline, f"{words!r} did not appear in:\n{screen}"
            time.sleep(0.05)  # asks the terminal again; what is waited for is the screen, not the time
        return screen

    def resize(self, width: int, height: int) -> None:
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def close(self) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)


class PtyProgram:
    """Started at once; `close` kills what still runs."""

    def __init__(self, command: Sequence[str], *, columns: int, lines: int, folder: Path, environment: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self.seen = b""
        """All that it wrote so far."""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), dict(environment))
        self.resize(columns, lines)

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, seconds: float) -> bytes:
        """What comes within a time; b"" when nothing does or the program has ended."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        try:
            chunk = os.read(self.fd, 1 << 16) if ready else b""
        except OSError:
            chunk = b""
        self.seen += chunk
        return chunk

    def until(self, words: bytes, seconds: float = 100) -> float:
        """Seconds from the start until these bytes have come, after what has been waited for before."""
        start, deadline = getattr(self, "_after", 0), time.perf_counter() + seconds
        while words not in self.seen[start:]:
            self.read(0.5)
            assert time.perf_counter() < deadline, f"{words!r} was not written: {self.seen[-600:]!r}"
        self._after = self.seen.index(words, start) + len(words)
        return time.perf_counter() - self.began

    def settle(self, quiet_s: float) -> None:
        """Read until nothing has come for so long."""
        while self.read(quiet_s):
            pass

    def send(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def key(self, key: str, quiet_s: float) -> tuple[float, float]:
        """Milliseconds to the first and to the last byte that a key brings before it is quiet for so long."""
        sent = time.perf_counter()
        self.send(key)
        first = last = None
        while self.read(3.0 if first is None else quiet_s):
            last = time.perf_counter()
            first = first or last
        return ((first or sent) - sent) * 1000, ((last or sent) - sent) * 1000

    def ended(self, seconds: float = 100) -> int:
        """Exit status, 128 and the signal when one ended it."""
        deadline = time.perf_counter() + seconds
        while True:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.pid = 0
                return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
            assert time.perf_counter() < deadline, "it did not end"
            self.read(0.1)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
