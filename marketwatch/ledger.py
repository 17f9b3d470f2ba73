"""Figures and target shifts of many articles → goals beside what came of them.

1. figures in the role of a goal → tellings; a second currency of one sentence is no telling of its own
2. tellings of one vendor, metric, period, scope and unit with one amount → a claim
3. a later claim raises or cuts the ones before it; shifts that name metric and period raise, cut or withdraw it
4. what is left is settled by actual figures of exactly the same, else those are proposed; see `_settled`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from marketwatch.claims import (
    CLAIM_ROLES,
    OUTCOME_ROLES,
    STAFF,
    Claim,
    ClaimVerdict,
    Proposal,
    Telling,
    about,
    as_restated,
    is_currency,
    of_staff,
    scope_of,
    sentence_of,
    sentences_of,
    tellings_of,
    with_conversions,
)
from marketwatch.domain import Direction, Figure, FigureRole, Metric, ShiftKind, Status, StoredFigure, StoredShift, Verdict
from marketwatch.goals import CUMULATIVE, Amount, period_span, reached
from marketwatch.listing import every
from marketwatch.moves import WINDOW, matching
from marketwatch.naming import Named, named_by
from marketwatch.ports import ArticleStore
from marketwatch.query import FieldTerm, Node, Not, Or, Query, all_of

DUE = timedelta(days=120)
"""After the end of its period a goal without any outcome is overdue."""
_RESTATED = {Direction.RAISE: (1, ClaimVerdict.RAISED), Direction.CUT: (-1, ClaimVerdict.CUT)}
"""How the new goal compares with the old, and what that makes of it: what is cut to more is another goal."""
_SETS = frozenset({Direction.SET, Direction.RAISE, Direction.CUT})
UNDATED_REACH = timedelta(days=365)
"""Two tellings of a goal without a period that lie further apart are two goals."""


def build_ledger(figures: Iterable[StoredFigure], shifts: Iterable[StoredShift], now: datetime) -> list[Claim]:
    """Return the goals that these figures tell, the newest first. The order in which they come does not matter."""
    held = [s for s in shifts if s.shift.status is not Status.DENIED and s.verdict is not Verdict.REJECTED]
    held.sort(key=lambda s: (s.article.dated_at, s.id))
    told = [s for s in held if s.shift.kind is ShiftKind.TARGET and s.shift.status is not Status.RUMOURED]
    ordered = as_restated(of_staff(sorted(figures, key=lambda f: (f.article.dated_at, f.id)), held), told)
    ledger = _Reading(ordered, told)
    groups: dict[tuple[str, ...], list[Telling]] = defaultdict(list)
    for telling in tellings_of(ordered):
        groups[(*about(telling.stored), telling.stored.figure.unit)].append(telling)
    rivals = [_claims(group) for group in groups.values()]
    claims = [_settled(ledger.restated(claim, group), ledger, now) for group in rivals for claim in group]
    claims = [replace(claim, speaker=ledger.speaker(claim)) for claim in claims if not _is_outcome(claim)]
    return sorted(claims, key=lambda c: (-c.set_at.timestamp(), c.first.stored.id))


def _claims(group: Sequence[Telling]) -> list[Claim]:
    """The claims of one vendor, metric, period, scope and unit, each with its later restatement.

    A telling joins the claim of its amount. When that claim was raised or cut more than `WINDOW` before, it is set anew;
    sooner, a slow outlet repeats it.
    """
    found: list[list[Telling]] = []
    replaced: dict[int, tuple[Telling, int]] = {}
    for telling in sorted(group, key=lambda t: (t.at, t.recalled, t.stored.id)):
        alike = [n for n, one in enumerate(found) if _joins(telling, one, replaced.get(n))]
        if alike:
            found[alike[-1]].append(telling)
            continue
        for n, one in enumerate(found):
            way = telling.amount.compared_with(one[0].amount) if telling.amount.near(one[0].amount) else 0
            if way and n not in replaced and _follows(telling, one):
                replaced[n] = (telling, way)
            elif way and (new := _recalled_beside(telling, one)):
                replaced[len(found)] = (new, -way)
        found.append([telling])
    verdicts = {1: ClaimVerdict.RAISED, -1: ClaimVerdict.CUT}
    return [
        Claim(tuple(one), verdict=verdicts[replaced[n][1]], replaced_by=replaced[n][0].amount)
        if n in replaced
        else Claim(tuple(one))
        for n, one in enumerate(found)
    ]


def _joins(telling: Telling, claim: Sequence[Telling], replaced: tuple[Telling, int] | None) -> bool:
    if not telling.amount.same_as(claim[0].amount):
        return False
    if telling.stored.figure.period is None and telling.at - claim[-1].at > UNDATED_REACH:
        return False
    return telling.recalled or replaced is None or telling.at - replaced[0].at <= WINDOW


def _follows(telling: Telling, claim: Sequence[Telling]) -> bool:
    """Whether it restates a claim: told later, elsewhere, for a period; two goals of one article stand side by side."""
    bounds = {telling.amount.bound.value == "lt", claim[0].amount.bound.value == "lt"}
    dated = telling.stored.figure.period is not None and not telling.undated  # else nobody knows that it came later
    elsewhere = telling.stored.article.id not in {one.stored.article.id for one in claim if not one.recalled}
    return not telling.recalled and dated and len(bounds) == 1 and elsewhere and telling.at > claim[0].at


def _recalled_beside(telling: Telling, claim: Sequence[Telling]) -> Telling | None:
    """The new goal of the article in which this older one is recalled."""
    beside = (one for one in claim if not one.recalled and one.stored.article.id == telling.stored.article.id)
    return next(beside, None) if telling.recalled else None


# --- what shifts and figures say of a claim ---------------------------------------------------------------------------------
class _Reading:
    """Figures and shifts, found by what they are about."""

    def __init__(self, figures: Sequence[StoredFigure], shifts: Sequence[StoredShift]) -> None:
        beside: dict[tuple[int, str], list[Figure]] = defaultdict(list)
        self._outcomes: dict[tuple[str, str, str], list[Telling]] = defaultdict(list)
        self._named: dict[tuple[str, Metric], list[Named]] = defaultdict(list)
        self._speakers: dict[tuple[int, str, int], str] = {}
        self.sets_goals = {sentence_of(one) for one in figures if one.figure.role is FigureRole.TARGET}
        """Sentences that set a goal."""
        for one in figures:
            beside[one.article.id, one.figure.vendor].append(one.figure)
        for telling in with_conversions([f for f in figures if f.figure.role in OUTCOME_ROLES]):
            vendor, metric, period, _ = about(telling.stored)
            self._outcomes[vendor, metric, period.removeprefix("FY")].append(telling)
        for stored in shifts:
            vendor, article = stored.shift.vendor, stored.article.id
            self.sets_goals |= set(sentences_of(stored)) if stored.shift.direction in _SETS else set()
            named = named_by(stored, beside.get((article, vendor), ()))
            for named_metric in named.metrics:
                self._named[vendor, named_metric].append(named)
            for evidence in stored.shift.evidence if stored.shift.speaker else ():
                self._speakers.setdefault((article, vendor, evidence.start), stored.shift.speaker or "")

    def outcomes(self, claim: Claim) -> Sequence[Telling]:
        """Actual and estimated figures of the claim's vendor, metric and year or part of it, in any unit and scope."""
        vendor, metric, period, _ = about(claim.first.stored)
        return self._outcomes.get((vendor, metric, period.removeprefix("FY")), ()) if period else ()

    def naming(self, claim: Claim, *directions: Direction) -> list[Named]:
        """Target shifts of these directions that name the claim's metric and period, told when it was set or later."""
        figure = claim.first.stored.figure
        return [
            named
            for named in self._named.get((figure.vendor, figure.metric), ())
            if named.stored.shift.direction in directions
            and (claim.recalled or named.stored.article.dated_at >= claim.set_at)
            and named.names(figure)
        ]

    def judging(self, claim: Claim) -> list[StoredShift]:
        """Shifts that say it was met or missed; those whose object names its period silence those that only stand near it.

        An article that tells it as the goal cannot say that.
        """
        here = _set_in(claim)
        said = [n for n in self.naming(claim, Direction.MET, Direction.MISSED) if n.stored.article.id not in here]
        return [n.stored for n in [n for n in said if n.period] or said]

    def speaker(self, claim: Claim) -> str | None:
        """Who a target shift of the same sentence says it was."""
        tellings = (t.stored for t in claim.tellings)
        keys = ((t.article.id, t.figure.vendor, t.figure.evidence.start) for t in tellings)
        return next((self._speakers[key] for key in keys if key in self._speakers), None)

    def restated(self, claim: Claim, rivals: Sequence[Claim]) -> Claim:
        """The claim as shifts raised, cut or withdrew it while its period lasted; figures that restate it come first.

        `rivals` are the claims on the same thing, itself among them.
        """
        if claim.verdict is not ClaimVerdict.OPEN:
            return claim
        span = period_span(claim.first.stored.figure.period)
        here = _set_in(claim)
        for stored in (n.stored for n in self.naming(claim, Direction.RAISE, Direction.CUT, Direction.WITHDRAW)):
            at, article = stored.article.dated_at, stored.article.id
            if article in here or (span is not None and at >= span[1]):
                continue  # the article itself tells it as the goal, or looks back
            if stored.shift.direction is Direction.WITHDRAW:
                return replace(claim, verdict=ClaimVerdict.WITHDRAWN, said=(stored,))
            way, verdict = _RESTATED[stored.shift.direction]
            told = [one for one in rivals if one is not claim and article in _set_in(one)]
            new = [one for one in told if one.amount.compared_with(claim.amount) == way]
            if new or (not told and at - claim.set_at >= WINDOW):
                return replace(claim, verdict=verdict, said=(stored,), replaced_by=new[0].amount if len(new) == 1 else None)
        return claim


def _set_in(claim: Claim) -> frozenset[int]:
    """Ids of the articles that tell it as a goal that holds."""
    return frozenset(t.stored.article.id for t in claim.tellings if not t.recalled)


# --- settling ------------------------------------------------------------------------------------------------------------
def _settled(claim: Claim, ledger: _Reading, now: datetime) -> Claim:
    """The claim beside its outcome.

    It is settled when actual figures of exactly its vendor, metric, period, scope and unit, reported after it was set and
    after the period ended (a total that has reached the goal: at any time), agree on whether it was reached. Where the
    numbers leave that open (`more than 70 million` against 80 to 100 million), a shift `met` or `missed` that names vendor,
    metric and period decides. A shift that contradicts the numbers, or stands alone, settles nothing.
    """
    span = period_span(claim.first.stored.figure.period)
    if claim.verdict is not ClaimVerdict.OPEN or span is None:
        return claim
    exact: list[tuple[StoredFigure, bool | None]] = []
    proposed: list[Proposal] = []
    said = ledger.judging(claim)
    met_in = {s.article.id for s in said if s.shift.direction is Direction.MET}
    for telling in ledger.outcomes(claim):
        again = sentence_of(telling.stored) in ledger.sets_goals or telling.amount.same_as(claim.amount)
        answer, reason = _weighed(claim, telling, span[1], again=again and telling.stored.article.id not in met_in)
        if reason:
            proposed.append(Proposal(reason, telling.stored))
        elif reason is None:
            exact.append((telling.stored, answer))
    answers = {answer for _, answer in exact if answer is not None} | {s.shift.direction is Direction.MET for s in said}
    if exact and len(answers) == 1:
        (answer,) = answers
        deciding = [f for f, one in exact if one is answer] or [f for f, _ in exact]
        verdict = ClaimVerdict.MET if answer else ClaimVerdict.MISSED
        others = tuple(f for f in deciding[1:] if f.article.id != deciding[0].article.id)
        return replace(claim, verdict=verdict, outcome=deciding[0], agreeing=others, said=tuple(said))
    why = "sources disagree" if len(answers) > 1 else "the number alone does not say"
    proposed = [Proposal(why, f) for f, _ in exact] + proposed
    proposed += [Proposal(why if exact else "told without a number", shift=s) for s in said]
    overdue = not proposed and span[1] + DUE < now
    return replace(claim, proposed=tuple(proposed), verdict=ClaimVerdict.OVERDUE if overdue else ClaimVerdict.OPEN)


def _is_outcome(claim: Claim) -> bool:
    """Whether it is no goal: a number that was told only as a former goal, after its time, and is what came out to the digit."""
    span = period_span(claim.first.stored.figure.period)
    late = span is not None and all(t.recalled and t.at >= span[1] for t in claim.tellings)
    same = claim.outcome is not None and claim.amount.same_as(Amount.of(claim.outcome.figure))
    return late and same and not claim.said


def _weighed(claim: Claim, telling: Telling, end: datetime, *, again: bool) -> tuple[bool | None, str | None]:
    """Whether a figure reaches the goal, with the reason why it can only be proposed; an empty reason: it has no part in it.

    Before the period ended, the very number of the goal and what a sentence says that sets goals are most probably goals,
    told again (`again`): they count only when their article also says that the goal was met.
    """
    figure, goal = telling.stored.figure, claim.first.stored.figure
    pair = _in_one_unit(claim, telling)
    if pair is None:
        both = is_currency(figure.unit) and is_currency(goal.unit)
        return None, f"told in {figure.unit}" if both else ""
    scopes = {scope_of(figure.scope), scope_of(goal.scope)}
    if len(scopes) > 1:
        aside = "" not in scopes or any(scope.startswith(tuple(STAFF.values())) for scope in scopes)
        return None, "" if aside else f"told {f'of {figure.scope}' if figure.scope else 'without a scope'}"
    if figure.role is FigureRole.ESTIMATE:
        return None, "an estimate"
    if figure.period != goal.period:
        return None, f"told of {figure.period}"
    if figure.metric is not Metric.PROFIT and not pair[0].near(pair[1]):
        return None, "far from the goal"
    answer = reached(figure.metric, *pair)
    ended = telling.at >= end
    if claim.recalled or telling.at > claim.set_at:
        early = answer is True and figure.metric in CUMULATIVE and not again
        return (answer, None) if ended or early else (None, "told before the period ended")
    return None, "told when the goal was set" if telling.at == claim.set_at else ""


def _in_one_unit(claim: Claim, telling: Telling) -> tuple[Amount, Amount] | None:
    """Goal and outcome in a unit that the texts themselves give for both; None when there is none."""
    goals = [claim.amount, *(Amount.of(c.figure) for t in claim.tellings for c in t.conversions)]
    outcomes = [telling.amount, *(Amount.of(c.figure) for c in telling.conversions)]
    return next(((goal, outcome) for outcome in outcomes for goal in goals if goal.unit == outcome.unit), None)


# --- reading the store ---------------------------------------------------------------------------------------------------
MAX_FIGURES = 20_000
"""Newest figures read at most to make a ledger; so many target shifts too."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The goals under a query."""

    claims: tuple[Claim, ...] = ()
    """The newest first, unless the query asks for the oldest."""
    cut: bool = False
    """There are more figures than were read."""


def read_ledger(store: ArticleStore, query: Query, now: datetime) -> Ledger:
    """The claims with a telling that matches, as the whole base sees them: outcomes and restatements lie outside the query too.

    Under `asof:` the base is that of then, and `now` is then.

    Raises StoreError.
    """
    claim_roles = FieldTerm("figrole", tuple(sorted(CLAIM_ROLES)))
    asked = store.figures(Query(where=all_of(query.where, claim_roles), as_of=query.as_of), limit=MAX_FIGURES)
    if not asked:
        return Ledger()
    vendors = FieldTerm("vendor", tuple(sorted({f.figure.vendor for f in asked})))
    roles = FieldTerm("figrole", tuple(sorted(CLAIM_ROLES | OUTCOME_ROLES)))
    figures = store.figures(Query(where=all_of(vendors, roles), as_of=query.as_of), limit=MAX_FIGURES)
    ids = {f.id for f in asked}
    built = build_ledger(figures, _target_shifts(store, vendors, query.as_of), min(now, query.as_of or now))
    claims = matching((c for c in built if any(ids & t.ids for t in c.tellings)), query)
    if query.oldest_first:
        claims.reverse()
    return Ledger(tuple(claims[: query.limit]), cut=len(figures) == MAX_FIGURES)


def _target_shifts(store: ArticleStore, vendors: FieldTerm, as_of: datetime | None) -> list[StoredShift]:
    """And those that say of people whether they go or come. Recalled ones too: any article may say that a goal was missed."""
    recalled: Node = FieldTerm("is", ("background",))
    where = all_of(vendors, FieldTerm("kind", (ShiftKind.TARGET, ShiftKind.ORGANIZATION)), Or((recalled, Not(recalled))))
    found, _ = every(store.shifts, Query(where=where, as_of=as_of), MAX_FIGURES)
    return found
