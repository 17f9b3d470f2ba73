"""`verify`: what of an export no longer holds."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import configuration, database
from marketwatch.errors import InputError, QueryError
from marketwatch.export.data import about_object
from marketwatch.export.files import ReadBack, read_report
from marketwatch.export.verify import CheckedMove, Present, State, Verification, look_in, verify
from marketwatch.listing import moves_under, reversals_of
from marketwatch.query import Query, parse

_COLUMNS = {"state": "state", "first": "first", "vendor": "vendor", "kind": "kind", "dir": "direction", "object": "object",
            "why": "reasons"}  # fmt: skip


def run(args: Namespace) -> int:
    path = Path(args.file).expanduser()
    read = read_report(path)
    query = replace(_query(read, path), as_of=None)  # what is new since that day is new, too
    vendors = configuration(args).vendors
    with database(args) as store:
        revision = store.revision()
        now, _ = moves_under(store, query)
        present = Present(now, reversals_of(store, query, now), vendors)
        result = verify(read.report, look_in(store), present, read.edits)
    summary = _summary(path, read, result, revision)
    moves = [_move(checked) for checked in result.moves]
    if args.format == "json":
        write_json(summary | {"results": moves})
    elif args.format == "jsonl":
        write_rows([*moves, summary], {}, "jsonl")
    else:
        write_rows([move | {"reasons": "; ".join(move["why"])} for move in moves], _COLUMNS, "table", empty="")
        for one in summary["edited"]:
            write_line(f"the file was edited: {one}")
        write_line(_line(summary))
    return 0 if result.holds else 1


def _query(read: ReadBack, path: Path) -> Query:
    about = read.report.about
    try:
        return parse(about.query, now=about.exported_at)
    except QueryError as error:
        raise InputError(f"{path}: its query cannot be asked: {error}") from error


def _move(checked: CheckedMove) -> dict[str, Any]:
    shift, move = checked.reported.lead.shift, checked.reported.move
    return {
        "state": checked.state.value,
        "vendor": shift.vendor,
        "kind": shift.kind.value,
        "direction": shift.direction.value,
        "object": shift.object,
        "first": move.first_at.strftime("%Y-%m-%d"),
        "why": list(checked.why),
    }


def _summary(path: Path, read: ReadBack, result: Verification, revision: int) -> dict[str, Any]:
    head = about_object(read.report)
    return {
        "file": str(path),
        "query": head["query"],
        "exported_at": head["exported_at"],
        "revision": head["revision"],
        "revision_now": revision,
        "moves": len(result.moves),
        **{state.value: result.count(state) for state in State},
        "new": len(result.new),
        "marketwatch": read.report.about.marketwatch,
        "compared": result.compared,
        "edited": list(result.edited),
    }


def _line(summary: dict[str, Any]) -> str:
    told = f"{summary['holds']} of {summary['moves']} moves hold, {summary['changed']} changed, {summary['gone']} gone"
    new = f"; {summary['new']} more match the query now" if summary["new"] else ""
    since = f"exported {summary['exported_at']} at revision {summary['revision']}, now {summary['revision_now']}"
    other = f"; written by marketwatch {summary['marketwatch']}: what it shows beside its data was not compared"
    return f"{told}{new} ({since}{'' if summary['compared'] else other})"
