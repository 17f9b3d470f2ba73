"""What `[keys]` of feeds.toml can name, with the keys it has by itself; which of them are alive at the same time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from functools import cache

from marketwatch.near import did_you_mean

KEYS: Mapping[str, str] = {
    "alert.add": "w",
    "app.demo": "D",
    "app.force_quit": "ctrl+q",
    "app.help": "question_mark",
    "app.quit": "Q",
    "app.settings": "comma",
    "article.browser": "o",
    "articles.next_unread": "n",
    "articles.previous_unread": "N",
    "blind.down": "down,j",
    "blind.up": "up,k",
    "chain.close": "escape,q,i",
    "chain.down": "j,down",
    "chain.up": "k,up",
    "command.line": "colon",
    "compare.left": "left,h",
    "compare.open": "c",
    "compare.right": "right,l",
    "confidence.lower": "minus",
    "confidence.raise": "plus,equals_sign",
    "copy.pipe": "vertical_line",
    "copy.quote": "y",
    "copy.url": "Y",
    "export.file": "E",
    "feeds.articles": "enter",
    "feeds.picture": "p",
    "filter.clear": "escape",
    "filter.complete": "tab",
    "filter.complete_back": "shift+tab",
    "filter.edit": "slash",
    "filter.facets": "C",
    "filter.leave": "enter,escape",
    "filter.mute": "exclamation_mark",
    "filter.newer": "down",
    "filter.older": "up",
    "filter.save": "F",
    "filter.views": "f",
    "help.close": "escape,q,question_mark",
    "help.down": "j,down",
    "help.up": "k,up",
    "lane.earlier": "left_square_bracket",
    "lane.later": "right_square_bracket",
    "lane.left": "left,h,shift+tab",
    "lane.right": "right,l,tab",
    "lanes.choose": "L",
    "ledger.outcome": "e",
    "ledger.picture": "p",
    "list.down": "down,j",
    "list.first": "home,g",
    "list.last": "end,G",
    "list.open": "enter",
    "list.page_down": "pagedown,ctrl+d",
    "list.page_up": "pageup,ctrl+u",
    "list.select": "space",
    "list.select_all": "ctrl+a",
    "list.sort": "S",
    "list.up": "up,k",
    "mark.all_read": "A",
    "mark.note": "a",
    "mark.read": "m",
    "mark.redo": "U",
    "mark.reject": "x",
    "mark.star": "s",
    "mark.tag": "t",
    "mark.undo": "u",
    "mark.verify": "v",
    "move.other_half": "percent_sign",
    "output.close": "escape,q,enter",
    "panel.down": "J",
    "panel.up": "K",
    "panel.zoom": "z",
    "pick.cancel": "escape,q",
    "pick.next": "right,l,tab",
    "pick.previous": "left,h,shift+tab",
    "pick.without": "minus",
    "poll.all": "R",
    "poll.backfill": "B",
    "poll.feed": "r",
    "poll.stop": "X",
    "prompt.cancel": "escape",
    "reader.back": "escape,q",
    "reader.browser": "o",
    "reader.changes": "d",
    "reader.down": "j,down",
    "reader.end": "G,end",
    "reader.next": "e",
    "reader.next_match": "n",
    "reader.page_down": "ctrl+d,pagedown,space",
    "reader.page_up": "ctrl+u,pageup",
    "reader.previous": "p",
    "reader.previous_match": "N",
    "reader.top": "g,home",
    "reader.up": "k,up",
    "row.why": "i",
    "settings.feed": "space",
    "settings.full_text": "F",
    "settings.leave": "escape",
    "settings.save": "ctrl+s",
    "story.merge": "M",
    "story.split": "P",
    "time.closer": "greater_than_sign",
    "time.wider": "less_than_sign",
    "view.articles": "3",
    "view.compare": "5",
    "view.feeds": "6",
    "view.ledger": "4",
    "view.moves": "2",
    "view.timeline": "1",
    "views.back": "escape",
    "views.next": "l,right,f,tab,j,down",
    "views.previous": "h,left,shift+tab,k,up",
    "views.take": "enter",
}
"""By id; Textual is not imported to read a file, so they stand here too: tests/tui/test_bindings.py compares them."""
_SCOPES: Mapping[str, str] = {
    "app": "app",
    "lane": "timeline", "time": "timeline", "blind": "blind", "views": "tabs",
    "articles": "articles", "ledger": "ledger", "compare.left": "compare", "compare.right": "compare", "feeds": "feeds",
    "filter.complete": "typing", "filter.complete_back": "typing", "filter.older": "typing", "filter.newer": "typing",
    "filter.leave": "typing",
    "list": "list", "mark": "marks", "copy": "marks",
    "reader": "reader", "help": "help", "pick": "pick", "prompt": "prompt", "settings": "settings", "chain": "chain",
    "output": "output",
}  # fmt: skip
"""Of an id or of all ids with this beginning; others are those of the whole main screen."""
_ALIVE = (
    *({"app", "main", "marks", "list", view} for view in ("timeline", "articles", "ledger", "compare", "feeds")),
    *({"app", "main", "marks", panel} for panel in ("blind", "tabs")),
    {"app", "marks", "reader"},
    {"list", "pick"},
    *({"app", screen} for screen in ("help", "settings", "chain", "output")),
    {"typing"},
    {"prompt"},
)
"""Scopes whose keys work at the same time."""
_NAMED = re.compile(
    "enter|escape|tab|space|backspace|delete|insert|home|end|pageup|pagedown|up|down|left|right|f[1-9]|f1[0-9]|f2[0-4]"
    "|slash|backslash|at|minus|plus|underscore"
)
_HELD = ("ctrl+", "shift+", "alt+", "super+", "hyper+", "meta+")


def wrong_key(own: Mapping[str, object]) -> tuple[str, str] | None:
    """The first name under `[keys]` that is none, has no key, or has one that another holds, and what is wrong with it."""
    for name, key in own.items():
        if name not in KEYS:
            quotes = f'write the whole name in quotes: "{name}.{next(iter(key), "")}"' if isinstance(key, dict) else ""
            hint = quotes or did_you_mean(name, KEYS, "the dashboard's help lists them: ?")
            return name, f"no such key can be set; {hint}"
        if not isinstance(key, str) or not is_key(key):
            return name, f'\'{key}\' is no key: write a name such as "x", "ctrl+r" or "f2"'
    for name, taken, other in clashes({name: str(key) for name, key in own.items()}):
        return name, f"'{taken}' is the key of '{other}' too, at the same place; give that another one"
    return None


def is_key(name: str) -> bool:
    """Whether this names keys as Textual does: `x`, `ctrl+r`, `question_mark`, `f2,q`."""
    return all(_is_one(key.strip()) for key in name.split(","))


def _is_one(key: str) -> bool:
    while held := next((one for one in _HELD if key.startswith(one)), ""):
        key = key.removeprefix(held)
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    return _NAMED.fullmatch(key) is not None or key in _characters()


@cache
def _characters() -> Set[str]:
    """Names of characters of keyboards, as Textual writes them: `question_mark`."""
    names = (unicodedata.name(chr(code), "") for code in range(0x21, 0x500))
    return frozenset(re.sub("[ -]", "_", name.lower()) for name in names)


def clashes(own: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Of keys of one's own: id, key and the other id that it would be taken from, or whose it stays, as both are alive at once.

    What overlaps by itself does so on purpose: the narrower one goes first.
    """
    keys = {name: set(own.get(name, usual).split(",")) for name, usual in KEYS.items()}
    for name in own:
        for other in KEYS:
            if other != name and (shared := keys[name] & keys[other]) and _together(name, other):
                usual = set(KEYS[name].split(",")) & set(KEYS[other].split(","))
                if shared - usual:
                    yield name, min(shared - usual), other


def _together(one: str, other: str) -> bool:
    return any({scope_of(one), scope_of(other)} <= alive for alive in _ALIVE)


def scope_of(name: str) -> str:
    """Where a key of this id works."""
    return _SCOPES.get(name) or _SCOPES.get(name.partition(".")[0]) or "main"
