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
    print(f"{clean_line(question, 600)} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    note("nothing was written")
    return False


def note(text: str, *, label: str = "") -> None:
    """Tell people something that is not the result; a label is our own word, set apart in a column."""
    column = f"  {label:<10}" if label else ""
    print(column + clean_line(text, 600), file=sys.stderr, flush=True)  # noqa: T201
