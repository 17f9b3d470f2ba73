"""Asking before something is written."""

from __future__ import annotations

import sys
from argparse import Namespace

from marketwatch.errors import UsageError
from marketwatch.sanitise import clean_line


def confirmed(args: Namespace, question: str) -> bool:
    """Whether the user agrees: by --yes, or by an answer at the terminal.

    Raises UsageError when nobody can be asked.
    """
    if args.yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was written, as nobody can be asked here: repeat it with --yes")
    note(f"{question} [y/N] ", end="")
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    note("nothing was written")
    return False


def note(text: str, *, end: str = "\n") -> None:
    """Tell people something that is not the result."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    print(indent + clean_line(text, 600) + (" " if end == "" else ""), end=end, file=sys.stderr, flush=True)  # noqa: T201
