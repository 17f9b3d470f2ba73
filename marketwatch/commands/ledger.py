"""`ledger`: targets against outcomes."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from functools import partial

from marketwatch.commands.nothing import nothing
from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.ledger import read_ledger
from marketwatch.tables.ledger import ledger_table


def run(args: Namespace) -> int:
    config = configuration(args)
    query = query_of(args.query, config)
    with database(args) as store:
        claims = read_ledger(store, query, datetime.now(UTC)).claims[: min(args.limit, query.limit or args.limit)]
        table = ledger_table(claims, words=args.format in ("table", "md"))
        empty = partial(nothing, args, store, config, query, "targets")
        write_rows(table.rows, table.columns_of(args.format), args.format, empty=empty)
    return 0
