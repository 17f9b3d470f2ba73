"""What vendors wanted to reach, and what came of it, with both sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static
from textual.worker import get_current_worker

from marketwatch.claims import Claim, ClaimVerdict, day_of
from marketwatch.counted import counted
from marketwatch.domain import StoredFigure
from marketwatch.errors import MarketwatchError
from marketwatch.goals import Amount
from marketwatch.ledger import DUE, read_ledger
from marketwatch.ports import ArticleStore, Clock
from marketwatch.query import Query
from tui.goal_chart import goal_chart
from tui.messages import ArticleChosen, LedgerLoaded, LoadFailed
from tui.ordering import CLAIM_ORDERS
from tui.render import fit, plain, shortened
from tui.screens.marking import Target
from tui.views.sortable import Sortable
from tui.widgets.ledger_list import CLAIM_GLYPHS, CLAIM_STYLES, LedgerList, heading, summary, when_text
from tui.widgets.line_list import LineList
from tui.widgets.line_panel import SCROLLBAR
from tui.widgets.quote_panel import SIDE_BY_SIDE, QuotePanel, quoted
from tui.words import as_of_note

_READING = "Reading the goals …"
_NO_MATCH = (
    "No goal matches this filter.\n\n"
    "A goal is a number that a vendor wants to reach: vendor:xiaomi period:2017 metric:revenue asks for some.\n"
    "Esc clears the filter, / edits it, 3 shows articles that match."
)
_NO_GOAL = (
    "No goal in the articles so far.\n\nA goal is a number that a vendor wants to reach: so many devices, so much revenue.\n"
    "Goals appear here by themselves, and what came of them as it is reported."
)
_MEANING: Mapping[ClaimVerdict, str] = {
    ClaimVerdict.OPEN: "no outcome yet",
    ClaimVerdict.OVERDUE: f"its period ended more than {DUE.days} days ago, and no article tells the outcome",
    ClaimVerdict.WITHDRAWN: "taken back before its period ended",
    ClaimVerdict.RAISED: "replaced by a higher one",
    ClaimVerdict.CUT: "replaced by a lower one",
}
_MORE = 6
"""Other articles that tell a goal, listed by name."""


class LedgerView(Sortable, Vertical):
    """The view on 4."""

    ORDERS = CLAIM_ORDERS

    DEFAULT_CSS = """
    LedgerView > #ledger-empty { display: none; height: 1fr; padding: 2 4; }
    LedgerView.empty > #ledger-empty { display: block; }
    LedgerView.empty > #ledger-column, LedgerView.empty > QuotePanel { display: none; }
    LedgerView > #ledger-column { height: 1fr; }
    LedgerView > #ledger-picture {
        display: none; height: 42%; min-height: 9; padding: 0 1; border-top: solid $primary-darken-1; overflow-y: auto;
    }
    LedgerView.pictured > #ledger-picture { display: block; }
    LedgerView.pictured > QuotePanel, LedgerView.empty > #ledger-picture { display: none; }
    LedgerView #ledger-summary { height: 1; color: $text-muted; }
    LedgerView #ledger-heading { height: 1; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "outcome", "Outcome", id="ledger.outcome"),
        Binding("p", "picture", "Picture", show=False, id="ledger.picture"),
    ]

    def __init__(
        self,
        store: ArticleStore,
        colours: Mapping[str, str],
        names: Mapping[str, str],
        clock: Clock,
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id, classes="empty")
        self._store = store
        self._colours = colours
        self._names = names
        self._clock = clock
        self._claims: Sequence[Claim] = ()
        self._summary = ""

    def compose(self) -> ComposeResult:
        yield Static(_READING, id="ledger-empty", markup=False)
        with Vertical(id="ledger-column"):
            yield Static("", id="ledger-summary", markup=False)
            yield Static("", id="ledger-heading", markup=False)
            yield LedgerList(self._colours, self._names, id="ledger")
        yield QuotePanel(id="ledger-evidence")
        with VerticalScroll(id="ledger-picture", can_focus=False):
            yield Static("", markup=False)

    @property
    def list(self) -> LedgerList:
        return self.query_one(LedgerList)

    @property
    def target(self) -> Target | None:
        """The article that tells the goal under the cursor."""
        claim = self.list.current
        stored = claim.first.stored if claim else None
        return Target(stored.article, sentence=stored.figure.evidence) if stored else None

    # --- reading the store -------------------------------------------------------------------------------------------------
    @work(thread=True, group="ledger", exclusive=True, exit_on_error=False)
    def load(self, query: Query) -> None:
        """Ask the store for the goals under a query; a newer question takes the place of this one."""
        try:
            message: LedgerLoaded | LoadFailed = LedgerLoaded(read_ledger(self._store, query, self._clock()), query)
        except MarketwatchError as error:
            message = LoadFailed(str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(LedgerLoaded)
    def _show(self, event: LedgerLoaded) -> None:
        event.stop()
        claims = self._claims = event.ledger.claims
        self.set_class(not claims, "empty")
        self.query_one("#ledger-empty", Static).update(_NO_MATCH if event.query.text else _NO_GOAL)
        self._summary = as_of_note(event.query) + summary(claims, cut=event.ledger.cut)
        self._list()
        if claims and self.screen.focused is None and self.display:
            self.list.focus()

    def _list(self) -> None:
        self._sum_up(self.size.width)
        self.list.set_rows(self.in_order(self._claims))
        self._follow()

    def _sum_up(self, width: int) -> None:
        line = f"{self._summary} · {self.order_name} · p: on one scale"
        self.query_one("#ledger-summary", Static).update(fit(shortened(line, width), width))

    # --- cursor ------------------------------------------------------------------------------------------------------------
    @on(LineList.Highlighted, "#ledger")
    def _cursor_moved(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._follow()

    def _follow(self) -> None:
        claim = self.list.current
        if claim is not None:
            brief = self.size.width < SIDE_BY_SIDE
            self.query_one(QuotePanel).show(goal_text(claim, brief=brief), outcome_panel(claim, brief=brief))
            if self.has_class("pictured"):
                vendor = claim.first.stored.figure.vendor
                chart = goal_chart(self.list.rows, claim, self._names.get(vendor, vendor), self.size.width - 3)
                self.query_one("#ledger-picture Static", Static).update(chart)

    def action_picture(self) -> None:
        """The goals of this vendor and metric on one scale with their outcomes, in the place of the sentences; and back."""
        self.toggle_class("pictured")
        self._follow()

    @on(LineList.Chosen, "#ledger")
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self._read(event.row.first.stored)

    def action_outcome(self) -> None:
        """Read the article that tells the outcome, or the first that may."""
        claim = self.list.current
        if claim is None:
            return
        figures = [one.figure for one in claim.proposed if one.figure is not None]
        shifts = [*claim.said, *(one.shift for one in claim.proposed if one.shift is not None)]
        if claim.outcome is not None or (figures and not claim.said):
            self._read(claim.outcome or figures[0])
        elif shifts:
            self.post_message(ArticleChosen(shifts[0].article.id, shifts[0].id))
        else:
            self.notify("no article tells an outcome yet", markup=False)

    def _read(self, stored: StoredFigure) -> None:
        self.post_message(ArticleChosen(stored.article.id, sentence=stored.figure.evidence))

    def on_resize(self, event: events.Resize) -> None:
        self.query_one("#ledger-heading", Static).update(heading(event.size.width - SCROLLBAR))
        self._sum_up(event.size.width)
        self._follow()


def goal_text(claim: Claim, *, brief: bool = False) -> Text:
    """The goal, its sentence, and who else tells it; a brief one in fewer lines."""
    figure = claim.first.stored.figure
    text = Text()
    about = " ".join(part for part in (figure.metric.value, figure.period, figure.scope) if part)
    text.append("goal", style="bold")
    text.append(f"  {plain(about)}  {plain(str(claim.amount))}{' · ' if brief else chr(10)}")
    converted = {str(Amount.of(c.figure)): None for telling in claim.tellings for c in telling.conversions}
    if converted and not brief:
        text.append(f"= {', '.join(plain(one) for one in converted)}, as told\n", style="dim")
    day = f"set before {when_text(claim)[1:]}" if claim.recalled else f"set {when_text(claim)}"
    end = "\n" if brief else "\n\n"
    text.append(f"{day}, {f'said by {plain(claim.speaker)}' if claim.speaker else 'no speaker named'}{end}", style="dim")
    text.append_text(quoted(figure.evidence, claim.first.stored.article, day_of(claim.first.stored), brief=brief))
    others = [t for t in claim.tellings[1:] if t.stored.article.id != claim.first.stored.article.id]
    for telling in () if brief else others[:_MORE]:
        article = telling.stored.article
        text.append(f"{day_of(telling.stored)} {plain(article.publisher)} ({article.lang or '?'})", style="bold")
        text.append(f" {plain(article.title)}\n", style="dim")
    if brief and others:
        text.append(f"told in {counted(len(others), 'more article')}\n", style="dim")
    elif len(others) > _MORE:
        text.append(f"and {len(others) - _MORE} more\n", style="dim")
    return text


def outcome_panel(claim: Claim, *, brief: bool = False) -> Text:
    """What came of the goal, with the sentences that say so, or what may have."""
    text, end = Text(), "\n" if brief else "\n\n"
    text.append(f"{CLAIM_GLYPHS[claim.verdict]} {claim.verdict.value}", style=CLAIM_STYLES[claim.verdict] or "bold")
    if claim.outcome is not None:
        text.append(f"  {plain(str(Amount.of(claim.outcome.figure)))}{end}")
        text.append_text(quoted(claim.outcome.figure.evidence, claim.outcome.article, day_of(claim.outcome), brief=brief))
    elif claim.replaced_by is not None:
        text.append(f"  now {plain(str(claim.replaced_by))}{end}")
    else:
        text.append(f"  {'' if claim.proposed else _MEANING.get(claim.verdict, '')}{end}", style="dim")
    shown = {claim.outcome.figure.evidence.text} if claim.outcome else set()
    for stored in claim.said:
        if shown.isdisjoint(evidence.text for evidence in stored.shift.evidence):
            for evidence in stored.shift.evidence[:2]:
                text.append_text(quoted(evidence, stored.article, day_of(stored), brief=brief))
    for one in claim.proposed[:_MORE]:
        if one.figure is not None:
            text.append(f"may be {plain(str(Amount.of(one.figure.figure)))}: ", style="bold")
            text.append(f"{plain(one.reason)}\n", style="italic")
            text.append_text(quoted(one.figure.figure.evidence, one.figure.article, day_of(one.figure), brief=brief))
        elif one.shift is not None:
            text.append(f"said to be {one.shift.shift.direction.value}: ", style="bold")
            text.append(f"{plain(one.reason)}\n", style="italic")
            for evidence in one.shift.shift.evidence[:1]:
                text.append_text(quoted(evidence, one.shift.article, day_of(one.shift), brief=brief))
    return text
