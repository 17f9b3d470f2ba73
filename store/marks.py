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

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, not_, or_, select, tuple_, update

from marketwatch.domain import MarkChange, Marks, Verdict
from marketwatch.sanitise import clean_line, clean_text
from store.mapping import seconds
from store.tables import MARK, SHIFT, TAG, UNDO, VERDICT

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
    """The verdicts on shifts of these articles."""
    given = _given(connection, article_ids)
    if not given:
        return {}
    found = select(*(SHIFT.c[name] for name in _NAMES)).where(SHIFT.c.article_id.in_({key[0] for key in given}))
    stated = {_judged(row) for row in connection.execute(found)}
    lost: dict[tuple[object, ...], Verdict] = {key[:4]: verdict for key, verdict in given.items() if key not in stated}
    return {key: verdict for key in stated if (verdict := given.get(key) or lost.get(key[:4]))}


def is_judged(verdict: Verdict) -> ColumnElement[bool]:
    """The same as a condition on shifts."""
    same = [VERDICT.c[name] == SHIFT.c[name] for name in _NAMES[:4]]
    other = SHIFT.alias()
    stated = exists(select(other.c.id).where(*(other.c[name] == VERDICT.c[name] for name in _NAMES)).correlate(VERDICT))
    given = select(VERDICT.c.verdict).where(*same, VERDICT.c.verdict == verdict.value)
    return exists(given.where(or_(VERDICT.c.object == SHIFT.c.object, not_(stated))).correlate(SHIFT))


def _given(connection: Connection, article_ids: Sequence[int]) -> dict[Judged, Verdict]:
    found = select(*_JUDGED, VERDICT.c.verdict).where(VERDICT.c.article_id.in_(article_ids))
    return {_judged(row): Verdict(row.verdict) for row in connection.execute(found)}


def _judged(row: Any) -> Judged:
    return row.article_id, row.vendor, row.kind, row.direction, row.object


def mark(connection: Connection, article_ids: Sequence[int], change: MarkChange, now: datetime, *, undoable: bool = True) -> str:
    """Change the marks of articles; return what was done."""
    cleaned = _cleaned(change)
    before = _all_marks(connection, article_ids)
    after = {number: cleaned.of(marks) for number, marks in before.items()}
    changed = {number: marks for number, marks in after.items() if marks != before[number]}
    label = cleaned.label(len(changed))
    if changed:
        _put_marks(connection, changed)
        if undoable:
            _log(connection, label, {n: before[n] for n in changed}, changed, now)
    return label


def _cleaned(change: MarkChange) -> MarkChange:
    def tags(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(None, ("-".join(clean_line(name, 60).lower().split()) for name in names)))

    note = None if change.note is None else clean_text(change.note, _MAX_NOTE)
    return MarkChange(change.starred, change.read, note, tags(change.add_tags), tags(change.remove_tags))


def _all_marks(connection: Connection, article_ids: Sequence[int]) -> dict[int, Marks]:
    found: dict[int, Marks] = {}
    for at in range(0, len(article_ids), _CHUNK):
        found |= marks_of(connection, article_ids[at : at + _CHUNK])
    return {number: found.get(number, Marks()) for number in article_ids}


def judge(connection: Connection, shift_ids: Sequence[int], verdict: Verdict | None, now: datetime) -> str:
    """Give shifts a verdict, or take it away with None; return what was done."""
    rows = connection.execute(select(*(SHIFT.c[name] for name in _NAMES)).where(SHIFT.c.id.in_(shift_ids)).distinct())
    judged = [_judged(row) for row in rows]
    stored = _given(connection, [key[0] for key in judged])
    before = {key: stored.get(key) for key in judged}
    after = dict.fromkeys(judged, verdict)
    label = f"{'no verdict on' if verdict is None else verdict.value} {len(judged)} shift{'s' if len(judged) != 1 else ''}"
    if before != after:
        _put_verdicts(connection, after, now)
        _log(connection, label, before, after, now)
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
    state = json.loads(row.before if undone else row.after)
    _put_marks(connection, {number: Marks(**{**marks, "tags": tuple(marks["tags"])}) for number, marks in state["marks"]})
    _put_verdicts(connection, {tuple(key): Verdict(v) if v else None for key, v in state["verdicts"]}, now)
    connection.execute(update(UNDO).where(UNDO.c.id == row.id).values(undone=undone))
    return str(row.label)


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


def _state(of: Mapping[Any, Any]) -> str:
    marks = [(key, asdict(value)) for key, value in of.items() if isinstance(value, Marks)]
    verdicts = [(key, value) for key, value in of.items() if isinstance(key, tuple)]
    return json.dumps({"marks": marks, "verdicts": verdicts}, ensure_ascii=False)
