"""The analyst's own data: marks of articles, verdicts on shifts, and a log that takes either back.

A verdict belongs to what a shift says (article, vendor, kind, direction, object), not to its row: a new extraction that says
the same carries it on, and one that only calls the object otherwise does so too. Each change writes down the state before
and after it; undo puts the one back, redo the other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, tuple_, update

from marketwatch.counted import counted
from marketwatch.domain import Bond, MarkChange, Marks, Verdict, tag_name
from marketwatch.sanitise import clean_line, clean_text
from marketwatch.stories.grouping import Pair, pair
from store import stories
from store.mapping import seconds
from store.tables import ARTICLE, MARK, SHIFT, TAG, UNDO, VERDICT

Judged = tuple[int, str, str, str, str]
"""What a verdict is on: article, vendor, kind, direction, object."""
_NAMES = ("article_id", "vendor", "kind", "direction", "object")
_JUDGED = tuple(VERDICT.c[name] for name in _NAMES)
_MAX_NOTE = 4000
_CHUNK = 500


def marks_of(connection: Connection, article_ids: Sequence[int]) -> dict[int, Marks]:
    """The marks of those of these articles that have any."""
    tags: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(TAG).where(TAG.c.article_id.in_(article_ids)).order_by(TAG.c.tag)):
        tags[row.article_id].append(row.tag)
    found = {row.article_id: row for row in connection.execute(select(MARK).where(MARK.c.article_id.in_(article_ids)))}
    return {
        number: Marks(
            starred=bool(found[number].starred) if number in found else False,
            read=bool(found[number].read) if number in found else False,
            tags=tuple(tags.get(number, ())),
            note=found[number].note if number in found else "",
        )
        for number in found.keys() | tags.keys()
    }


def verdicts_of(connection: Connection, article_ids: Sequence[int]) -> dict[Judged, Verdict]:
    """The verdicts given on shifts of these articles, whether a shift still says so or not."""
    found = select(*_JUDGED, VERDICT.c.verdict).where(VERDICT.c.article_id.in_(article_ids))
    return {_judged(row): Verdict(row.verdict) for row in connection.execute(found)}


def is_judged(verdict: Verdict) -> ColumnElement[bool]:
    """The same as a condition on shifts."""
    same = [VERDICT.c[name] == SHIFT.c[name] for name in _NAMES]
    return exists(select(VERDICT.c.verdict).where(*same, VERDICT.c.verdict == verdict.value).correlate(SHIFT))


def stated(connection: Connection, article_ids: Sequence[int]) -> set[Judged]:
    """What the shifts of these articles say now."""
    found = select(*(SHIFT.c[name] for name in _NAMES)).where(SHIFT.c.article_id.in_(article_ids), SHIFT.c.until.is_(None))
    return {_judged(row) for row in connection.execute(found)}


def carry(connection: Connection, before: set[Judged], after: set[Judged], now: datetime) -> None:
    """Take verdicts along to shifts that a new extraction only calls otherwise.

    That is so when of one article, vendor, kind and direction exactly one object has gone and exactly one has come. A verdict
    on what is no longer said stays where it is: it comes back with what it was given on.
    """
    gone, come = _by_move(before - after), _by_move(after - before)
    renamed = {old[0]: come[move][0] for move, old in gone.items() if len(old) == len(come.get(move, ())) == 1}
    if not renamed:
        return
    given = verdicts_of(connection, sorted({key[0] for key in renamed}))
    moved = {old: new for old, new in renamed.items() if old in given}
    _put_verdicts(connection, dict.fromkeys(moved) | {new: given[old] for old, new in moved.items()}, now)
    for row in connection.execute(select(UNDO)).all() if moved else ():
        states = {side: _renamed(getattr(row, side), moved) for side in ("before", "after")}
        connection.execute(update(UNDO).where(UNDO.c.id == row.id).values(states))


def _by_move(keys: Iterable[Judged]) -> dict[tuple[object, ...], list[Judged]]:
    found: dict[tuple[object, ...], list[Judged]] = defaultdict(list)
    for key in keys:
        found[key[:4]].append(key)
    return found


def _renamed(state: str, moved: Mapping[Judged, Judged]) -> str:
    """A written-down state with what its verdicts are on called anew."""
    read = json.loads(state)
    read["verdicts"] = [(moved.get(_key(key), _key(key)), verdict) for key, verdict in read["verdicts"]]
    return json.dumps(read, ensure_ascii=False)


def _key(read: Sequence[Any]) -> Judged:
    article_id, vendor, kind, direction, named = read
    return article_id, vendor, kind, direction, named


def _judged(row: Any) -> Judged:
    return row.article_id, row.vendor, row.kind, row.direction, row.object


def mark(
    connection: Connection, article_ids: Sequence[int], change: MarkChange, now: datetime, *, undoable: bool = True
) -> str | None:
    """Change the marks of articles; return what was done, None when they were so already."""
    cleaned = _cleaned(change)
    before = _all_marks(connection, article_ids)
    after = {number: cleaned.of(marks) for number, marks in before.items()}
    changed = {number: marks for number, marks in after.items() if marks != before[number]}
    if not changed:
        return None
    label = cleaned.label(len(changed))
    _put_marks(connection, changed)
    if undoable:
        _log(connection, label, {n: before[n] for n in changed}, changed, now)
    return label


def _cleaned(change: MarkChange) -> MarkChange:
    def tags(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(None, (tag_name(clean_line(name, 60)) for name in names)))

    note = None if change.note is None else clean_text(change.note, _MAX_NOTE)
    return MarkChange(change.starred, change.read, note, tags(change.add_tags), tags(change.remove_tags))


def _all_marks(connection: Connection, article_ids: Sequence[int]) -> dict[int, Marks]:
    found: dict[int, Marks] = {}
    for at in range(0, len(article_ids), _CHUNK):
        found |= marks_of(connection, article_ids[at : at + _CHUNK])
    return {number: found.get(number, Marks()) for number in article_ids}


def judge(connection: Connection, shift_ids: Sequence[int], verdict: Verdict | None, now: datetime) -> str | None:
    """Give shifts a verdict, or take it away with None; return what was done, None when it was so already."""
    rows = connection.execute(select(*(SHIFT.c[name] for name in _NAMES)).where(SHIFT.c.id.in_(shift_ids)).distinct())
    judged = [_judged(row) for row in rows]
    stored = verdicts_of(connection, [key[0] for key in judged])
    before = {key: stored.get(key) for key in judged}
    after = dict.fromkeys(judged, verdict)
    label = f"{'no verdict on' if verdict is None else verdict.value} {counted(len(judged), 'shift')}"
    if before == after:
        return None
    _put_verdicts(connection, after, now)
    _log(connection, label, before, after, now)
    return label


def merge(connection: Connection, story_ids: Sequence[int], now: datetime) -> str | None:
    """Make one story of several; return what was done, None when they were one already."""
    groups = stories.groups(connection, story_ids)
    label = f"merge {len(groups)} stories ({counted(sum(map(len, groups)), 'article')})"
    return _bind(connection, stories.merged(connection, groups), label, now)


def split(connection: Connection, article_ids: Sequence[int], now: datetime) -> str | None:
    """Take articles out of their stories; return what was done, None when they stood alone already."""
    label = f"split {counted(len(set(article_ids)), 'article')} off"
    return _bind(connection, stories.split(connection, article_ids), label, now)


def _bind(connection: Connection, bonds: Mapping[Pair, Bond | None], label: str, now: datetime) -> str | None:
    before = stories.bonds_of(connection, bonds)
    if before == bonds:
        return None
    stories.put_bonds(connection, bonds)
    _log(connection, label, before, bonds, now)
    return label


def undo(connection: Connection, now: datetime) -> str | None:
    """Take the newest change back; return what it was, None when there is none."""
    newest = select(UNDO).where(UNDO.c.undone.is_(False)).order_by(UNDO.c.id.desc()).limit(1)
    return _turn(connection, connection.execute(newest).first(), now, undone=True)


def redo(connection: Connection, now: datetime) -> str | None:
    """Make the change that was taken back last again; return what it is, None when there is none."""
    oldest = select(UNDO).where(UNDO.c.undone.is_(True)).order_by(UNDO.c.id).limit(1)
    return _turn(connection, connection.execute(oldest).first(), now, undone=False)


def _turn(connection: Connection, row: Any, now: datetime, *, undone: bool) -> str | None:
    if row is None:
        return None
    wanted, left = json.loads(row.before), json.loads(row.after)
    if not undone:
        wanted, left = left, wanted
    verdicts = {_key(key): Verdict(v) if v else None for key, v in wanted["verdicts"]}
    bonds = {pair(*both): Bond(bond) if bond else None for both, bond in wanted.get("bonds", ())}
    named = {number for number, _ in wanted["marks"]} | {key[0] for key in verdicts} | {n for both in bonds for n in both}
    stored = _stored(connection, sorted(named))
    changes = {number: (marks, dict(left["marks"])[number]) for number, marks in wanted["marks"] if number in stored}
    marks = _all_marks(connection, list(changes))
    _put_marks(connection, {number: _change_of(*both).of(marks[number]) for number, both in changes.items()})
    _put_verdicts(connection, {key: verdict for key, verdict in verdicts.items() if key[0] in stored}, now)
    if kept := {both: bond for both, bond in bonds.items() if stored.issuperset(both)}:
        stories.put_bonds(connection, kept)
    connection.execute(update(UNDO).where(UNDO.c.id == row.id).values(undone=undone))
    return str(row.label)


def _stored(connection: Connection, article_ids: Sequence[int]) -> set[int]:
    """Those of these articles that were not let go since."""
    found: set[int] = set()
    for at in range(0, len(article_ids), _CHUNK):
        some = article_ids[at : at + _CHUNK]
        found |= set(connection.execute(select(ARTICLE.c.id).where(ARTICLE.c.id.in_(some))).scalars())
    return found


def _change_of(wanted: Mapping[str, Any], left: Mapping[str, Any]) -> MarkChange:
    """What leads from one written-down state to another: marks that did not change then are not touched now."""
    fields = {name: wanted[name] for name in ("starred", "read", "note") if wanted[name] != left[name]}
    add, remove = set(wanted["tags"]) - set(left["tags"]), set(left["tags"]) - set(wanted["tags"])
    return MarkChange(**fields, add_tags=tuple(add), remove_tags=tuple(remove))


def _put_marks(connection: Connection, marks: Mapping[int, Marks]) -> None:
    ids = list(marks)
    for at in range(0, len(ids), _CHUNK):
        chunk = ids[at : at + _CHUNK]
        connection.execute(delete(MARK).where(MARK.c.article_id.in_(chunk)))
        connection.execute(delete(TAG).where(TAG.c.article_id.in_(chunk)))
    rows = [{"article_id": n, "starred": m.starred, "read": m.read, "note": m.note} for n, m in marks.items()]
    tags = [{"article_id": n, "tag": tag} for n, m in marks.items() for tag in m.tags]
    for table, new in ((MARK, rows), (TAG, tags)):
        if new:
            connection.execute(insert(table), new)


def _put_verdicts(connection: Connection, verdicts: Mapping[Any, Verdict | None], now: datetime) -> None:
    if not verdicts:
        return
    connection.execute(delete(VERDICT).where(tuple_(*_JUDGED).in_(list(verdicts))))
    given = [
        dict(zip(_NAMES, key, strict=True)) | {"verdict": verdict.value, "decided_at": seconds(now)}
        for key, verdict in verdicts.items()
        if verdict is not None
    ]
    if given:
        connection.execute(insert(VERDICT), given)


def _log(connection: Connection, label: str, before: Mapping[Any, Any], after: Mapping[Any, Any], now: datetime) -> None:
    """Write a change down; what was taken back before it can no longer be made again."""
    connection.execute(delete(UNDO).where(UNDO.c.undone.is_(True)))
    values = {"at": seconds(now), "label": label, "before": _state(before), "after": _state(after), "undone": False}
    connection.execute(insert(UNDO).values(values))


def _state(of: Mapping[Any, Any]) -> str | None:
    marks = [(key, asdict(value)) for key, value in of.items() if isinstance(value, Marks)]
    keyed = [(key, value) for key, value in of.items() if isinstance(key, tuple)]
    verdicts, bonds = ([one for one in keyed if len(one[0]) == size] for size in (len(_NAMES), 2))
    return json.dumps({"marks": marks, "verdicts": verdicts, "bonds": bonds}, ensure_ascii=False)
