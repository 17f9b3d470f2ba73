"""Exports on disk: which form a file's name asks for, writing at once or not at all, reading back."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from marketwatch import __version__
from marketwatch.errors import InputError, MarketwatchError, UsageError
from marketwatch.export.data import ShapeError
from marketwatch.export.edits import Edits
from marketwatch.export.report import Report
from marketwatch.whole_file import same_mode, unfinished

FORMS = ("md", "csv", "jsonl", "xlsx", "html")
_TAKEN = "is there already; choose another name (on the command line, --force overwrites it)"
_MAX_BYTES = 512 * 1024 * 1024
"""Of a file that is read back."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an export: the functions of marketwatch.export.as_FORM."""

    name: str
    build: Callable[[Report], bytes]
    read: Callable[[bytes], Report]
    edits: Callable[[bytes, Report], Edits]
    """What the file shows otherwise than the data that were read from it."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    report: Report
    edits: Edits | None
    """None: another version of marketwatch wrote it, which may have worded the same data otherwise."""


def form_of(path: Path) -> Form:
    """The form that a file's ending names. Raises UsageError."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMS:
        raise UsageError(f"{path}: exports end in {', '.join('.' + form for form in FORMS)}")
    module = import_module(f"marketwatch.export.as_{ending}")
    return Form(ending, module.build, module.read, module.edits)


def check_target(path: Path, *, force: bool) -> None:
    """Before anything is read: may this file be written? Raises UsageError."""
    form_of(path)
    check_place(path, force=force)


def check_place(path: Path, *, force: bool = False) -> None:
    """Whether there can be a new file, whatever its form. Raises UsageError."""
    try:
        if path.is_dir():
            raise UsageError(f"{path}: is a folder")
        if not path.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}")
        if path.exists() and not force:
            raise UsageError(f"{path}: {_TAKEN}")
    except OSError as error:  # a name too long, a folder that may not be looked into
        raise UsageError(f"{str(path)[:80]}: {error.strerror or error}: give another file") from error


def write_report(report: Report, path: Path, *, force: bool = False) -> None:
    """Write the file whole or leave all as it was. Raises UsageError, MarketwatchError."""
    check_target(path, force=force)
    put_whole(form_of(path).build(report), path, force=force)


def put_whole(body: bytes, path: Path, *, force: bool = False) -> None:
    """Write a file whole or leave all as it was. Raises UsageError, MarketwatchError."""
    target = Path(os.path.realpath(path))
    try:
        with unfinished(target, body) as file:
            same_mode(file, target)
            _put(file, target, force=force)
    except FileExistsError as error:
        raise UsageError(f"{path}: {_TAKEN}") from error
    except OSError as error:
        raise MarketwatchError(f"{path}: {error.strerror or error}") from error


def _put(file: Path, target: Path, *, force: bool) -> None:
    """Give the file its name. Without force a file that came in the meantime is kept: a link never takes a name away."""
    if not force:
        try:
            os.link(file, target)
            return
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if target.exists():
                raise FileExistsError(target) from None
    file.replace(target)


def read_report(path: Path) -> ReadBack:
    """Read an export back. Raises UsageError for other files, InputError for what cannot be read."""
    form = form_of(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: larger than {_MAX_BYTES >> 20} MiB: no export")
        body = path.read_bytes()
        report = form.read(body)
        edits = form.edits(body, report) if report.about.marketwatch == __version__ else None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is no export of marketwatch: not UTF-8") from error
    except ShapeError as error:
        raise InputError(f"{path}: is no export of marketwatch that can be checked: {error}") from error
    return ReadBack(report, edits)
