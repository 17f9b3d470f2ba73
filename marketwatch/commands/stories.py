"""`stories`: articles on the same news. `story`: one of them, and the analyst's word on which articles belong together."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from functools import partial

from marketwatch.commands.asking import note
from marketwatch.commands.nothing import nothing
from marketwatch.commands.output import write_json, write_line, write_rows
from marketwatch.commands.setup import configuration, database, query_of
from marketwatch.commands.shapes import story_object
from marketwatch.config import Config
from marketwatch.errors import UsageError
from marketwatch.extract import extractor_of
from marketwatch.fingerprint_data import fingerprint_version
from marketwatch.fingerprints import catch_up
from marketwatch.moves import matching
from store import Store

_COLUMNS = {
    "id": "id",
    "first": "first",
    "last": "last",
    "articles": "count",
    "outlets": "outlets",
    "origins": "independent",
    "langs": "langs",
    "vendors": "vendors",
    "title": "title",
}
_ARTICLE_COLUMNS = {
    "id": "id",
    "date": "published",
    "outlet": "outlet",
    "lang": "lang",
    "origin": "origin",
    "title": "title",
}
_MOST = 1_000_000


def run(args: Namespace) -> int:
    config = configuration(args)
    query = query_of(args.query, config)
    with database(args) as store:
        _catch_up(store, config)
        limit = min(args.limit, query.limit or args.limit)
        counted = any(term.name in ("articles", "outlets", "origins", "langs") for term in query.terms())
        found = matching(store.stories(query, limit=_MOST if counted else limit), query)[:limit]
        rows = [story_object(story) for story in found]
        if args.format in ("table", "md", "csv"):
            rows = [row | {"count": len(row["articles"]), "independent": len(row["origins"])} for row in rows]
        empty = partial(nothing, args, store, config, query, "stories")
        write_rows(rows, _COLUMNS, args.format, empty=empty)
    return 0


def run_story(args: Namespace) -> int:
    with database(args) as store:
        if args.action == "show":
            _show(store, args)
            return 0
        if args.action == "undo":
            done = store.undo()
            write_line(f"taken back: {done}" if done else "nothing to take back")
            return 0
        if args.action == "merge" and len(set(args.ids)) < 2:
            raise UsageError("merge needs two stories: give the id of an article in each")
        for number in args.ids:
            _existing(store, number)
        _catch_up(store, configuration(args))
        done = store.merge_stories(args.ids) if args.action == "merge" else store.split_story(args.ids)
        write_line(done or "nothing to do: it was so already")
        _show_all(store, dict.fromkeys(story.id for n in args.ids if (story := store.story(n))))
    return 0


def _existing(store: Store, number: int) -> None:
    if store.article(number) is None:
        raise UsageError(f"{number}: there is no such story or article; 'marketwatch stories' shows their ids")


def _show(store: Store, args: Namespace) -> None:
    (number,) = args.ids
    _existing(store, number)
    story = store.story(number)
    assert story is not None
    shape = story_object(story)
    if args.format == "json":
        write_json(shape)
    else:
        write_rows(shape["articles"], _ARTICLE_COLUMNS, args.format)


def _show_all(store: Store, ids: Sequence[int] | dict[int, None]) -> None:
    for number in ids:
        if (story := store.story(number)) is not None:
            members = ", ".join(str(article.id) for article in story.articles)
            write_line(f"story {story.id}: articles {members}")


def _catch_up(store: Store, config: Config) -> None:
    """Articles from before there were stories get theirs; it may be stopped and goes on the next time."""
    if store.without_fingerprint(fingerprint_version(), limit=1):
        note("comparing articles stored earlier, once; Ctrl-C stops it, the next time goes on")
        extractor = extractor_of(config)
        catch_up(store, extractor, went_on=lambda done: note(f"{done} articles compared") if done % 500 == 0 else None)
