"""What the screens say about states: nothing here yet, nothing found, failing, polling. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from marketwatch.counted import counted
from marketwatch.domain import JobStep
from marketwatch.query import Query
from tui.jobs import span_text
from tui.render import percent
from tui.snapshot import Snapshot

READING = "reading the database …"
_PREPARING = """\
The database is of an older version and is brought to this one.

{bar}{how_far}

This happens once. What is read meanwhile waits for it.
A copy of the file as it was stays beside it. Q leaves: the file is
then as it was, and the next start begins anew."""
_BAR = 12
_WELCOME = """\
Welcome to marketwatch.

What smartphone vendors decide, when, who said it and how sure it is, read from news feeds.
{now}
Meanwhile: 6 shows the feeds, ? the keys{demo}."""
_DEMO = ", and D sample articles without network"

_NO_MATCH = "No move matches this filter.\n\nEsc clears it, / edits it, 3 shows articles that match."
_NOT_YET = (
    "{day}: no article that matches had been seen here by then.\n\n"
    "asof: goes by when an article was first seen, not by when it was published: older articles that came later, by\n"
    "backfill or by hand, were not known. Esc clears the filter."
)
_ALL_HIDDEN = (
    "Nothing here is sure enough: {hidden}, the surest of them at {surest}.\n\n"
    "{lower} shows less sure ones, 10 % further at each press; 3 shows the articles."
)
_NO_SHIFT = (
    "No strategy shift in the articles so far.\n\n3 shows the articles, 6 the feeds; new shifts appear here by themselves."
)


def preparing_text(step: JobStep, seconds: float) -> str:
    """What is said while a file is brought to this version, `seconds` after its first step."""
    if not step.total:
        return _PREPARING.format(bar="", how_far=f"{step.what} …")
    filled = _BAR * step.done // step.total
    left = (step.total - step.done) * seconds / step.done if step.done else 0.0
    how_far = f"{step.what}: {step.done:,} of {step.total:,} articles" + (f" · {span_text(left)} left" if left >= 1 else "")
    return _PREPARING.format(bar=f"{'▰' * filled}{'▱' * (_BAR - filled)}  ", how_far=how_far)


def preparing_note(step: JobStep) -> str:
    """The same above every view."""
    return f"bringing the database to this version · {f'{100 * step.done // step.total} %' if step.total else step.what}"


def empty_text(
    snapshot: Snapshot, failed: Mapping[str, bool], *, feeds: int, polling: bool, can_poll: bool, lower: str
) -> str | None:
    """What to say instead of lanes; None when there are moves. `lower` is the key that shows less sure ones."""
    if snapshot.moves:
        return None
    if snapshot.hidden:
        surest = percent(max(move.confidence for move in snapshot.hidden))
        return _ALL_HIDDEN.format(hidden=hidden_note(snapshot), surest=surest, lower=lower)
    if not snapshot.empty and snapshot.query.as_of and not snapshot.totals.articles:
        return _NOT_YET.format(day=as_of_note(snapshot.query).rstrip(" ·"))
    if not snapshot.empty:
        return _NO_MATCH if snapshot.query.text else _NO_SHIFT
    if polling:
        return _welcome("The feeds are being polled for the first time; moves appear here as they are found.")
    if failed and len(failed) >= feeds and all(failed.values()):
        return _welcome("No feed answered: is this machine offline? R tries again; 6 says what each feed answered.")
    if can_poll:
        return _welcome("R polls the feeds now.")
    return _WELCOME.format(now="The sample articles are being read; moves appear here as they are found.", demo="")


def _welcome(now: str) -> str:
    return _WELCOME.format(now=now, demo=_DEMO)


def hidden_note(snapshot: Snapshot) -> str:
    """`12 hidden below 50 %`; `12+` while there are more moves than were read."""
    return f"{_hidden(snapshot)} below {snapshot.minimum * 100:.3g} %"


def _hidden(snapshot: Snapshot) -> str:
    return f"{len(snapshot.hidden)}{'+' if snapshot.cut else ''} hidden"


def found_note(snapshot: Snapshot, usual: float, lower: str) -> tuple[str, str]:
    """`41 moves · 12 hidden below 50 % (-) · 118 articles · 23 outlets · fr en zh`, and `41 moves · 12 hidden` for little room.

    `lower` is the key that shows less sure ones. That none is hidden is said only at another threshold than the `usual`
    one: it answers the key that set it.
    """
    totals = snapshot.totals
    moves = f"{as_of_note(snapshot.query)}{counted(len(snapshot.moves), 'move', more=snapshot.cut)}"
    langs = f" · {' '.join(totals.langs[:8])}" if totals.langs else ""
    key = f" ({lower})" if snapshot.hidden else ""
    hidden = f" · {hidden_note(snapshot)}{key}" if snapshot.hidden or snapshot.minimum not in (0, usual) else ""
    articles = counted(totals.articles, "article", more=totals.more_articles)
    full = f"{moves}{hidden} · {articles} · {counted(totals.outlets, 'outlet', more=totals.more_outlets)}{langs}"
    return full, f"{moves} · {_hidden(snapshot)}" if hidden else moves


def as_of_note(query: Query) -> str:
    """`as of 2017-01-15 · ` when the base of a day is shown, else nothing."""
    return f"as of {query.as_of - timedelta(days=1):%Y-%m-%d} · " if query.as_of else ""


def poll_note(new: int, failed: int, *, offline: bool) -> str:
    """What the top bar says after a round."""
    if offline:
        return "offline?"
    parts = [f"{new} new" if new else "nothing new"]
    if failed:
        parts.append(f"{failed} failed")
    return ", ".join(parts)
