"""What the screens say about states: nothing here yet, nothing found, failing, polling. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tui.snapshot import Snapshot

_WELCOME = """\
Welcome to marketwatch.

What smartphone vendors decide, when, who said it and how sure it is, read from news feeds.
{now}
Meanwhile: 6 shows the feeds, ? the keys, and 'marketwatch demo' sample articles without network."""

_NO_MATCH = "No move matches this filter.\n\nEsc clears it, / edits it, 3 shows articles that match."
_ALL_HIDDEN = "{moves} here, each less sure than {minimum:.0%}.\n\n- shows what is less sure, + less of it, 3 the articles."
_NO_SHIFT = (
    "No strategy shift in the articles so far.\n\n3 shows the articles, 6 the feeds; new shifts appear here by themselves."
)


def empty_text(snapshot: Snapshot, failed: Mapping[str, bool], *, feeds: int, polling: bool, can_poll: bool) -> str | None:
    """What to say instead of lanes; None when there are moves."""
    if snapshot.moves:
        return None
    if snapshot.hidden:
        return _ALL_HIDDEN.format(moves=counted(snapshot.hidden, "move"), minimum=snapshot.minimum)
    if not snapshot.empty:
        return _NO_MATCH if snapshot.query.text else _NO_SHIFT
    if polling:
        return _WELCOME.format(now="The feeds are being polled for the first time; moves appear here as they are found.")
    if failed and len(failed) >= feeds and all(failed.values()):
        return _WELCOME.format(now="No feed answered: is this machine offline? R tries again; 6 says what each feed answered.")
    if can_poll:
        return _WELCOME.format(now="R polls the feeds now.")
    return _WELCOME.format(now="The database is empty.")


def found_note(snapshot: Snapshot) -> str:
    """`41 moves · 118 articles · 23 outlets · fr en zh`."""
    totals = snapshot.totals
    moves = f"{len(snapshot.moves)}{'+' if snapshot.cut else ''} moves"
    langs = " ".join(totals.langs[:8])
    hidden = f" · {snapshot.hidden} hidden below {snapshot.minimum:.0%}" if snapshot.hidden else ""
    return f"{moves}{hidden} · {totals.articles} articles · {totals.outlets} outlets · {langs}"


def counted(number: int, noun: str) -> str:
    """`1 move`, `2 moves`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def poll_note(new: int, failed: int) -> str:
    """What the top bar says after a round."""
    parts = [f"{new} new" if new else "nothing new"]
    if failed:
        parts.append(f"{failed} failed")
    return ", ".join(parts)
