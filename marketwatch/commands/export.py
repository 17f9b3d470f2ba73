"""`export`: the moves under a query in a file that `verify` can check later."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from marketwatch.commands.asking import note
from marketwatch.commands.nothing import nothing
from marketwatch.commands.output import write_line
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.export.files import check_target, write_report
from marketwatch.export.report import gather
from marketwatch.export.wording import size_line


def run(args: Namespace) -> int:
    path = Path(args.output).expanduser()
    check_target(path, force=args.force)
    config = configuration(args)
    query = query_of(args.query, config)
    with database(args) as store:
        report = gather(store, query, now=lambda: datetime.now(UTC), vendors=config.vendors)
        if not report.moves:
            note(nothing(args, store, config, query, "moves"))
    write_report(report, path, force=args.force)
    write_line(f"{size_line(report)}: {path}")
    return 0
