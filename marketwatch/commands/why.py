"""`why`: the chain from a row of a list to the sentence, the version, the article, the feed and the poll behind it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from marketwatch.commands.output import write_json, write_line
from marketwatch.commands.setup import configuration, database
from marketwatch.config import Config
from marketwatch.domain import Origin, TraceStep
from marketwatch.errors import UsageError
from marketwatch.sanitise import clean_line
from marketwatch.why import LABEL, Tracer, chain_lines, chain_object, read_chain, read_id
from store import Store


def run(args: Namespace) -> int:
    what, number = read_id(args.id)
    config = configuration(args)
    with database(args) as store:
        trace = None if args.no_trace or what == "article" else _tracer(config)
        chain = read_chain(store, what, number, trace=trace)
        if chain is None:
            raise UsageError(_missing(store, what, number))
    if args.format == "json":
        write_json(chain_object(chain))
    else:
        for line in chain_lines(chain):
            write_line(line[:LABEL] + clean_line(line[LABEL:], 2000))
    return 0


def _missing(store: Store, what: str, number: int) -> str:
    other = [f"{name}:{number}" for name in store.kinds_of_id(number)]
    hint = f"; there is {' and '.join(other)}" if other else "; 'marketwatch moves --format json' prints ids"
    return f"why: no {what} {number} in this database{hint}"


def _tracer(config: Config) -> Tracer:
    from marketwatch.extract import Document, extractor_of

    extractor = extractor_of(config)
    feeds = {feed.slug: feed.vendors for feed in config.feeds}

    def trace(origin: Origin) -> tuple[str, Sequence[TraceStep]]:
        article, text = origin.article, origin.text
        document = Document(text.text, text.title, article.lang, article.published, feeds.get(article.source, ()))
        return extractor.version, extractor.extract(document, trace=True).trace

    return trace
