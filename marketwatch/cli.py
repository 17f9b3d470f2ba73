"""The command line: arguments, exit codes, one-line errors. Commands are imported when they run, so that help is quick."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from marketwatch import __version__
from marketwatch.near import did_you_mean

_FORMATS = ("table", "json", "jsonl", "csv", "md")
_EPILOG = """\
exit codes: 0 worked, 1 the work failed, 2 wrong use
environment: MARKETWATCH_CONFIG, MARKETWATCH_DB
queries: vendor:xiaomi,huawei kind:channel -status:rumoured date:2017.. "physical stores"
"""


_CHOICE = re.compile(r"argument (.*?): invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)
"""How argparse complains of a word that is none of those it knows."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_Make = Callable[[str, str, str], argparse.ArgumentParser]


class _Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        if chosen := _CHOICE.fullmatch(message):
            hint = did_you_mean(chosen[2], re.findall(r"[\w-]+", chosen[3]), f"there are: {chosen[3]}")
            message = f"{chosen[1]}: no '{chosen[2]}', {hint}"
        self.exit(2, f"{self.prog}: {message}; see '{self.prog} --help'\n")


def _shared() -> _Parser:
    """Options that may stand before or behind the command."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", metavar="FILE", help="feeds.toml to use")
    shared.add_argument("--db", metavar="PATH", help="database file (or sqlite:///PATH)")
    shared.add_argument("--version", action="version", version=f"marketwatch {__version__}")
    return shared


def build_parser() -> _Parser:
    """Return the whole command line; each command names the module of marketwatch.commands that runs it."""
    shared = _shared()
    parser = _Parser(
        prog="marketwatch",
        description="Smartphone-market watch in a terminal. Without a command: the dashboard.",
        epilog=_EPILOG,
        parents=[shared],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(module="dashboard", parser=parser)
    parser.add_argument("--web", action="store_true", help="show the dashboard in a browser of this machine")
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="for --web (8000)")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, module: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[shared])
        made.set_defaults(module=module, parser=made)
        return made

    _add_reading(command)
    _add_lists(command)
    _add_keeping(command)
    return parser


def _add_reading(make: _Make) -> None:
    poll = make("poll", "poll", "poll the feeds without the dashboard")
    mode = poll.add_mutually_exclusive_group()
    mode.add_argument("--once", action="store_true", help="poll every enabled feed once (the default)")
    mode.add_argument("--watch", action="store_true", help="go on polling, each feed when it is due, until stopped")
    poll.add_argument("--feed", action="append", metavar="SLUG", help="only this feed; may be repeated")
    poll.add_argument("--due", action="store_true", help="with --once: only feeds that are due, for cron and timers")
    poll.add_argument("--no-pages", dest="pages", action="store_false", help="do not read the pages of mere summaries")
    poll.add_argument("--log", metavar="FILE", help="where events go, one a line as JSON; 'none' for nowhere")
    poll.add_argument("--metrics", metavar="FILE.prom", help="numbers for Prometheus's textfile collector, after each round")
    poll.add_argument("--verbose", action="store_true", help="events on stderr too; entries and bytes in JSON")
    poll.add_argument("--format", choices=_FORMATS, default="table")

    add = make("add", "add", "save articles from files (.txt .html .md .jsonl .xml), a page's address, or - for stdin")
    add.add_argument("sources", nargs="+", metavar="PATH|URL|-")
    _add_hints(add)
    add.add_argument("--outlet", help="who published it")
    add.add_argument("--title")
    add.add_argument("--format", choices=_FORMATS, default="table")

    explain = make("explain", "explain", "show what would be extracted, without saving anything")
    explain.add_argument("path", metavar="PATH|-")
    explain.add_argument("--jsonl", action="store_true", help="records a line in, results a line out, in the same order")
    explain.add_argument("--format", choices=("text", "json"), default="text")
    explain.add_argument("--trace", action="store_true", help="show rules and spans, and what was dropped and why")
    _add_hints(explain)


def _add_hints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", metavar="2017-01", help="when it was published")
    parser.add_argument("--lang", metavar="fr", help="language of the text")


def _add_lists(make: _Make) -> None:
    texts = {
        "shifts": "list strategy shifts, newest first",
        "moves": "list moves: the same shift over all articles that tell it",
        "articles": "list articles, newest first",
    }
    for name, text in texts.items():
        made = make(name, "lists", text)
        made.add_argument("query", nargs="*", metavar="QUERY", help="for example: vendor:xiaomi kind:channel date:2017..")
        made.add_argument("--format", choices=_FORMATS, default="table")
        made.add_argument("--limit", type=_positive, default=50, metavar="N", help="at most so many rows (50)")
        made.add_argument("--explain", action="store_true", help="print the SQL of the list instead")
    stories = make("stories", "stories", "list stories: articles on the same news, whatever their outlet and language")
    stories.add_argument("query", nargs="*", metavar="QUERY", help="for example: vendor:xiaomi articles:>=2 date:30d")
    stories.add_argument("--format", choices=_FORMATS, default="table")
    stories.add_argument("--limit", type=_positive, default=50, metavar="N", help="at most so many stories (50)")
    _add_story(make("story", "story", "one story: show it, merge it with others, split articles off"))
    ledger = make("ledger", "ledger", "targets against outcomes: what was promised, and what came of it")
    ledger.add_argument("query", nargs="*", metavar="QUERY", help="of the targets, for example: vendor:xiaomi period:2017")
    compare = make("compare", "compare", "2 to 4 vendors side by side: moves by kind, figures of several sources")
    compare.add_argument("query", nargs="+", metavar="VENDOR|QUERY", help="for example: xiaomi huawei date:2017..")
    for made in (ledger, compare):
        made.add_argument("--format", choices=_FORMATS, default="table")
        made.add_argument("--limit", type=_positive, default=200, metavar="N", help="at most so many rows (200)")

    why = make("why", "why", "the chain behind a row of a list: rule, sentence, version, article, feed, poll")
    why.add_argument("id", metavar="ID", help="as JSON prints it: 12 of shifts and moves; move:12, figure:12, article:12")
    why.add_argument("--no-trace", action="store_true", help="do not read the text again to show what rules saw")
    why.add_argument("--format", choices=("text", "json"), default="text")

    export = make("export", "export", "write moves with their sources and sentences into a file that can be checked later")
    export.add_argument("query", nargs="*", metavar="QUERY", help="for example: vendor:xiaomi kind:channel date:2017..")
    export.add_argument("-o", "--output", required=True, metavar="FILE", help="its ending says how: .md .csv .jsonl .xlsx .html")
    export.add_argument("--force", action="store_true", help="overwrite the file if it is there")

    verify = make("verify", "verify", "what of an export no longer holds; exit code 1 if there is anything")
    verify.add_argument("file", metavar="FILE")
    verify.add_argument("--format", choices=("table", "json", "jsonl"), default="table")


def _add_story(story: argparse.ArgumentParser) -> None:
    actions = story.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    shared = _shared()
    for name, text, many in (
        ("show", "list its articles", 1),
        ("merge", "make one story of several, each named by the id of any of its articles; it stays so", "+"),
        ("split", "take these articles out of their story, several as one new story; it stays so", "+"),
        ("undo", "take the newest merge, split or other mark back", 0),
    ):
        made = actions.add_parser(name, help=text, description=text, parents=[shared])
        made.set_defaults(parser=made)
        if many:
            made.add_argument("ids", nargs=many, type=_positive, metavar="ID")
        if name == "show":
            made.add_argument("--format", choices=_FORMATS, default="table")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1024 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: a number from 1024 to 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to 1000000")
    return int(text)


def _add_keeping(make: _Make) -> None:
    _add_feeds(make("feeds", "feeds", "feeds of the configuration: look at them, add, remove, import, export"))
    _add_backfill(make)

    evaluate = make("evaluate", "evaluate", "precision, recall and F1 of the extraction on labelled articles")
    evaluate.add_argument("corpus", nargs="+", metavar="CORPUS.jsonl")
    evaluate.add_argument(
        "--worst", type=_positive, default=10, metavar="N", help="show the N worst articles (10); JSON has all with a mistake"
    )
    evaluate.add_argument("--format", choices=("table", "json"), default="table")

    packs = make("packs", "packs", "languages and rules, the packaged ones and your own")
    packs.add_argument("action", choices=("list", "check"), help="show what there is, or validate it and run its examples")
    packs.add_argument("folder", nargs="?", metavar="FOLDER", help="a pack folder, instead of the one in feeds.toml")
    packs.add_argument("--lang", metavar="fr", help="list the names of this language, under which terms stand")
    packs.add_argument("--format", choices=("table", "json"), default="table")

    again = make("reextract", "reextract", "read stored articles with the current rules and show what would change")
    again.add_argument("--write", action="store_true", help="store the new extractions")
    again.add_argument("--format", choices=("table", "json"), default="table")

    make("demo", "demo", "a filled dashboard from packaged sample articles, without network")
    doctor = make("doctor", "doctor", "what is wrong with config, database, feeds or terminal, and what to do")
    doctor.add_argument("--repair", action="store_true", help="make indexes, counts and stories again, after a backup")
    doctor.add_argument("--compact", action="store_true", help="give the database's unused space back to the disk")


def _add_feeds(feeds: argparse.ArgumentParser) -> None:
    actions = feeds.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    shared = _shared()

    def action(name: str, module: str, text: str, more: str = "") -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=f"{text}. {more}".strip(), parents=[shared])
        made.set_defaults(module=module, parser=made)
        return made

    for name, text in {
        "list": "list them",
        "check": "try each now",
        "health": "show how each is doing: age against its own rhythm, errors, full text",
        "coverage": "vendors by languages: what is heard, what is silent, and where no feed listens",
    }.items():
        made = action(name, "feeds" if name in ("list", "check") else "feeds_health", text)
        made.add_argument("--feed", action="append", metavar="SLUG", help="only this feed; may be repeated")
        made.add_argument("--format", choices=_FORMATS, default="table")

    copied = "The packaged list is never changed: it is first copied to your configuration folder."
    asks = "Asks before it writes; where nobody can be asked (no terminal) it only shows what it found, unless there is --yes."
    _add_new_feed(action, f"{asks} {copied}")
    for name, text in {
        "remove": "take feeds out of the list; articles, marks and notes stay",
        "enable": "poll these feeds",
        "disable": "keep these feeds in the list without polling them",
    }.items():
        action(name, "feeds_edit", text, copied).add_argument("slugs", nargs="+", metavar="SLUG")

    _add_opml(action, f"{asks} {copied}")


def _add_new_feed(action: Callable[..., argparse.ArgumentParser], more: str) -> None:
    add = action("add", "feeds_add", "add the feed at an address, or the first one that the page there names", more)
    add.add_argument("url", metavar="URL")
    add.add_argument("--slug", metavar="SLUG", help="its short name (made from the title)")
    add.add_argument("--title")
    add.add_argument("--lang", metavar="fr", help="language (told from the entries)")
    add.add_argument("--outlet", help="who publishes it")
    add.add_argument("--vendors", metavar="xiaomi,huawei", help="vendors it is about when a text does not say")
    add.add_argument("--tags", metavar="a,b")
    add.add_argument("--disabled", action="store_true", help="add it without polling it")
    add.add_argument("--yes", action="store_true", help="do not ask")
    add.add_argument("--format", choices=("table", "json"), default="table")


def _add_opml(action: Callable[..., argparse.ArgumentParser], more: str) -> None:
    into = action("import", "feeds_opml", "add the feeds of an OPML file; folders become tags, known addresses are skipped", more)
    into.add_argument("file", metavar="FILE.opml|-")
    into.add_argument("--disabled", action="store_true", help="add them without polling them")
    into.add_argument("--yes", action="store_true", help="do not ask")
    into.add_argument("--format", choices=("table", "json"), default="table")
    out = action("export", "feeds_opml", "write the feeds as OPML, for other feed readers and for import")
    out.add_argument("file", metavar="FILE.opml|-")
    out.add_argument("--yes", action="store_true", help="replace an existing file without asking")


def _add_backfill(make: _Make) -> None:
    backfill = make("backfill", "backfill", "read older pages of feeds (RFC 5005 links, WordPress ?paged=N) back to a date")
    backfill.add_argument("feeds", nargs="*", metavar="FEED", help="slugs; without any, every enabled feed")
    backfill.add_argument("--since", required=True, metavar="2016-01", help="how far back; goes on where the last run stopped")
    backfill.add_argument(
        "--max-pages", type=_positive, default=200, metavar="N", help="at most so many pages a feed in this run (200)"
    )
    backfill.add_argument("--pause", type=_pause, default=1.0, metavar="SECONDS", help="between two pages of a host (1)")
    backfill.add_argument("--again", action="store_true", help="begin at the newest page, whatever was read before")
    backfill.add_argument(
        "--format", choices=("table", "json", "jsonl"), default="table", help="jsonl: one object a page, as it comes"
    )


def _pause(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0 to 999")
    return float(text)


def _query_words(argv: Sequence[str]) -> list[str]:
    """`-status:rumoured` is a term of a query, not an option: give it a form argparse leaves alone."""
    listing = any(word in ("shifts", "moves", "articles", "stories", "ledger", "compare", "export") for word in argv)
    ours = "-h$|-o" if "export" in argv else "-h$"
    return [" " + word if listing and re.match(rf"(?!{ours})-[^-]", word) else word for word in argv]


def _of_unknown(words: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """What to say of words that are no arguments of a command."""
    option = words[0].partition("=")[0]
    if not option.startswith("--"):
        return f"unrecognized arguments: {' '.join(words)}"
    hint = did_you_mean(option, re.findall(r"--[a-z][\w-]*", parser.format_help()))
    return f"no option '{option}'" + (f", {hint}" if hint else "")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    # Closed by the caller (`>&-`): print would fail, or tell errors where results go.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Threads of numpy wait for each other in a loop: beside a busy program `demo --db` took six times the CPU time with two.
    # Worker processes inherit it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = build_parser()
    args, unknown = parser.parse_known_args(_query_words(sys.argv[1:] if argv is None else argv))
    if unknown:
        args.parser.error(_of_unknown(unknown, args.parser))
    args.config = getattr(args, "config", None)
    args.db = getattr(args, "db", None)
    if args.web:
        if args.command is not None:
            parser.error(f"--web shows the dashboard; it goes with no command, so not with '{args.command}'")
        args.module = "web"
    return _guarded(args)


def _guarded(args: argparse.Namespace) -> int:
    from marketwatch.errors import MarketwatchError
    from marketwatch.sanitise import clean_line

    try:
        code: int = import_module(f"marketwatch.commands.{args.module}").run(args)
        sys.stdout.flush()
    except MarketwatchError as error:
        print(f"marketwatch: {clean_line(str(error), 600)}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nobody is left to tell.
        _drop_output()
        return 0
    except Exception as error:
        print(f"marketwatch: {_unforeseen(error)}", file=sys.stderr)  # noqa: T201
        return 1
    return code


def _drop_output() -> None:
    """What is still to be written goes nowhere, or Python would complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unforeseen(error: Exception) -> str:
    """The line for an error that no command names; to be called while it is handled."""
    if isinstance(error, OSError) and error.filename is None and error.errno in _FULL:
        _drop_output()
        return f"the output cannot be written ({error.strerror}): make room, or write it elsewhere"
    from marketwatch.commands.crash import report_crash

    return report_crash()
