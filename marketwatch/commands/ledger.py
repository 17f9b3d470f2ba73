"""`ledger`: targets against outcomes."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from marketwatch.commands.output import write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.ledger import read_ledger
from marketwatch.query import Query
from marketwatch.tables.ledger import ledger_table


def run(args: Namespace) -> int:
    query = query_of(args.query, configuration(args))
    with database(args) as store:
        claims = read_ledger(store, query, datetime.now(UTC)).claims[: args.limit]
        table = ledger_table(claims, words=args.format in ("table", "md"))
        empty = "no target matches" if store.totals(Query()).articles else "the database is empty: 'marketwatch poll' fills it"
        write_rows(table.rows, table.columns_of(args.format), args.format, empty=empty)
    return 0
