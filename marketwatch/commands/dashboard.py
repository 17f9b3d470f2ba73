"""The dashboard over the user's database, polling in the background."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import cast

from marketwatch.commands.setup import configuration, database_path
from marketwatch.errors import UsageError
from marketwatch.event_log import default_log, logged
from marketwatch.place import place_file
from marketwatch.ports import ArticleStore


def run(args: Namespace) -> int:
    served = "TEXTUAL_DRIVER" in os.environ  # a browser is the terminal
    if not served and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the dashboard needs a terminal; 'marketwatch --help' lists commands that do without")
    from tui.collecting import collecting_seldom

    with collecting_seldom():  # from here on: what is imported makes much, too
        return _shown(args)


def _shown(args: Namespace) -> int:
    config = configuration(args)
    from marketwatch.commands.alerting import watcher_of
    from marketwatch.commands.lazy import LazyPipeline, LazyStore
    from tui.app import MarketwatchApp

    path = database_path(args)
    opened = LazyStore(path)
    store = cast("ArticleStore", opened)
    pipeline = LazyPipeline(config, store)
    with logged(default_log(), needed=False):
        try:
            app = MarketwatchApp(
                config,
                store,
                pipeline,
                now=lambda: datetime.now(UTC),
                places=place_file(path),
                opening=opened.open,
                alerter=watcher_of(config, store),
            )
            opened.told = app.preparing
            app.run()
        finally:
            pipeline.close()
            opened.close()
    if app.crash is not None:
        raise app.crash  # the command line writes the report; the screen is restored by now
    if app.demo_wanted:
        from marketwatch.commands import demo

        return demo.run(Namespace(**{**vars(args), "db": None}))
    return app.return_code or 0
