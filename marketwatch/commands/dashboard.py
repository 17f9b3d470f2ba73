"""The dashboard over the user's database, polling in the background."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime

from marketwatch.commands.setup import configuration, database
from marketwatch.errors import UsageError
from marketwatch.event_log import default_log, logged


def run(args: Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the dashboard needs a terminal; 'marketwatch --help' lists commands that do without")
    config = configuration(args)
    with logged(default_log(), needed=False), database(args) as store:
        from marketwatch.commands.alerting import watcher_of
        from marketwatch.commands.lazy import LazyPipeline
        from tui.app import MarketwatchApp

        pipeline = LazyPipeline(config, store)
        try:
            watcher = watcher_of(config, store)
            app = MarketwatchApp(config, store, pipeline, now=lambda: datetime.now(UTC), alerter=watcher)
            app.run()
        finally:
            pipeline.close()
    return app.return_code or 0
