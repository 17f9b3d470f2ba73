"""Keys, signs and the query language on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.binding import Binding, BindingType

from marketwatch.query import FIELDS
from tui.render import DIRECTION_GLYPHS, STATUS_GLYPHS
from tui.screens.text_box import TextBoxScreen
from tui.widgets.ledger_list import CLAIM_GLYPHS

if TYPE_CHECKING:
    from tui.app import MarketwatchApp

_KEYS = (
    ("1 … 6", "timeline, moves, articles, ledger, compare, feeds"),
    ("j k ↓ ↑", "next, previous move or row"),
    ("h l ← →", "other lane (Tab too); in compare: other vendor"),
    ("[ ]", "timeline: month or day earlier, later"),
    ("< >", "timeline: more time, less time: all, decade, three years, year, quarter, month, week"),
    ("L", "vendors side by side, at most six: in the timeline and in compare"),
    ("g G", "first, last"),
    ("^d ^u", "page down, up"),
    ("Enter", "read the article at its evidence"),
    ("e p", "in the reader: next, previous evidence; e in the ledger: the article that tells the outcome"),
    ("p", "ledger: goals and outcomes on one scale; feeds: vendors by languages, where no feed looks"),
    ("n N", "articles: next, previous unread; in the reader: next, previous word of the filter"),
    ("d", "in the reader: what the outlet changed since the version before"),
    ("i", "where the row comes from: move, shift, rule, sentence, version, article, feed, poll"),
    ("%", "of a move that turns an earlier one (↶): read the earlier one"),
    ("w", "alert on the filter: adds it to feeds.toml"),
    ("o", "open the article in the browser"),
    ("z", "evidence over the whole width, and back"),
    ("J K", "scroll the evidence"),
    ("/", "filter; Tab completes, again the next; ↑ ↓ past queries; Enter goes back to the list"),
    ("f F", "saved views: h l choose one, Enter shows it; save this filter as a view in feeds.toml"),
    ("C", "counts of kinds, vendors, statuses, languages, outlets: Enter asks for those, - leaves them out"),
    ("!", "leave this outlet out of the filter"),
    ("Esc", "back; in a list: select none, then clear the filter"),
    ("S", "sort moves, articles, goals, feeds"),
    ("Space ^a", "moves, articles: select, select all listed; s m t v x y Y | M P are then for these"),
    ("s m", "star; read or unread (opening an article marks it read); A: all listed articles read"),
    ("t a", "tags, note of the article"),
    ("v x", "verify, reject the move; the same key again takes it away"),
    ("M P", "articles, moves: merge the stories of what is selected; part it from its story; :story lists one"),
    ("u U", "undo, redo stars, tags, notes, verdicts, merged and parted stories"),
    ("y Y |", "copy the quote with its citation, the address; give the quote to a command"),
    ("c", "compare the vendors of this move and lane, or of the selected moves"),
    ("- +", "less sure moves too, only surer ones; articles always show all"),
    ("E", "export what the view shows into a file: moves as .md .csv .jsonl .xlsx .html, other rows as .md .csv .jsonl .json"),
    ("r R", "poll this feed, all feeds"),
    ("B", "read older articles of all feeds, in the feeds' view of the one under the cursor"),
    ("X", "stop polling, and the job under way; what has come is kept"),
    (",", "settings and feeds, written to feeds.toml with its comments"),
    ("D", "where there is nothing yet: the demo"),
    (":", "a command by name: export FILE, lanes VENDOR VENDOR, zoom year, tag WORD, save NAME ..."),
    ("^p", "palette: every command by name"),
    ("Q", "quit"),
)
_EXAMPLES = (
    "vendor:xiaomi,huawei kind:channel -status:rumoured date:2017..",
    "kind:target dir:cut,withdraw,missed",
    '小米 线下 OR "physical stores"',
    'speaker:"Lei Jun" has:figure lang:fr,zh',
    "vendor:oppo is:reversal asof:2024-06",
)


class HelpScreen(TextBoxScreen):
    """Esc, q or ? closes it."""

    CSS = "HelpScreen > VerticalScroll { max-width: 100; height: 90%; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "app.pop_screen", "Close", id="help.close"),
        Binding("j,down", "scroll(1)", show=False, id="help.down"),
        Binding("k,up", "scroll(-1)", show=False, id="help.up"),
    ]

    def text(self) -> Text:
        return help_text(cast("MarketwatchApp", self.app).binding_ids())


def help_text(ids: Mapping[str, str]) -> Text:
    """All of the help; `ids` are what `[keys]` can name, with their keys."""
    text = Text()
    text.append("Keys\n", style="bold underline")
    for key, what in _KEYS:
        text.append(f"  {key:<10}", style="bold")
        text.append(f"{what}\n")
    text.append("\nSigns\n", style="bold underline")
    text.append("  " + "  ".join(f"{glyph} {direction.value}" for direction, glyph in DIRECTION_GLYPHS.items()) + "\n")
    text.append("  " + "  ".join(f"{glyph} {status.value}" for status, glyph in STATUS_GLYPHS.items()) + "\n")
    text.append("  ★ starred  • unread  ◆ selected  ☑ verified  ☒ rejected by you  #tag\n")
    text.append("  " + "  ".join(f"{glyph} {verdict.value}" for verdict, glyph in CLAIM_GLYPHS.items()) + "  (goals)\n")
    text.append("  ≤2016-01 in the ledger: an article of then only recalls the goal; ? 35 M: it may be the outcome\n")
    text.append("  ▲2→5 in compare: moves of the year before the last, and of the last, up to the newest one\n")
    text.append("  ↶ the vendor stood for the opposite before, ↶? perhaps, as scopes differ; is:reversal finds them\n")
    text.append("  3 fr en: three outlets tell it, in French and English\n")
    text.append("  12 hidden below 50 %: moves that are less probably right than that; a conf: in the filter overrides it\n")
    text.append("\nFilter\n", style="bold underline")
    text.append("  words are looked for in title, text and quotes; a space means AND; OR, - and ( ) as usual\n")
    for example in _EXAMPLES:
        text.append(f"  {example}\n", style="italic")
    for spec in FIELDS.values():
        text.append(f"  {spec.name + ':':<10}", style="bold")
        text.append(f"{spec.help}\n")
    text.append("\nOther keys\n", style="bold underline")
    text.append('  under [keys] in feeds.toml: "app.quit" = "ctrl+q", an id and its key; the ids, with the keys they have:\n')
    for name, key in ids.items():
        text.append(f"  {name:<22}", style="bold")
        text.append(f"{key}\n")
    return text
