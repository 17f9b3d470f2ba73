"""Who said it: a name beside a reporting verb, with the role the text gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketwatch.extract.context import Context
from marketwatch.extract.text import Sentence

_NAME = re.compile(
    r"(?<![\w])[^\W\d_a-z\u3400-\u9fff][\w'’\-]+(?:\s+(?:van|von|de|di|da|dos|der|den|del|le|la|el)?\s*[^\W\d_a-z\u3400-\u9fff][\w'’\-]*\.?){1,2}"
)
_REACH = 60
_CARRY = 8
"""Sentences that an announcement reaches."""
_ROLES = (
    "CEO",
    "founder",
    "chairman",
    "president",
    "CFO",
    "COO",
    "vice-president",
    "executive",
    "spokesperson",
    "analyst",
    "minister",
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person as the text names them; `role` is canonical English."""

    name: str
    role: str | None


def speaker_of(context: Context, sentence: Sentence, vendor: str) -> Speaker | None:
    """The person a sentence is attributed to.

    A quotation looks at its neighbours; any other sentence on a vendor whose own people announced something shortly
    before is taken as theirs, unless it names another source.
    """
    found = _speaker_in(context, sentence)
    if found:
        return found
    for step in (1, -1) if _is_quoted(sentence.text) else ():
        beside = sentence.index + step
        if 0 <= beside < len(context.sentences) and (found := _speaker_in(context, context.sentences[beside])):
            return found
    return _announcer(context, sentence, vendor)


def _announcer(context: Context, sentence: Sentence, vendor: str) -> Speaker | None:
    if any(hit.name == "rumoured" for hit in context.hits(sentence, "modifiers")):
        return None
    for index in range(sentence.index - 1, max(-1, sentence.index - _CARRY - 1), -1):
        found = _speaker_in(context, context.sentences[index])
        if found is not None:
            own = {m.text for ms in context.attribution.mentions.values() for m in ms if m.person and m.vendor == vendor}
            return found if found.name in own else None
    return None


def _is_quoted(text: str) -> bool:
    return any(mark in text for mark in '"“”«»„「」『』')


def _speaker_in(context: Context, sentence: Sentence) -> Speaker | None:
    hits = context.hits(sentence, "speech")
    verbs = [sentence.span(h.first, h.last)[0] for h in hits if h.name == "verbs"]
    if not verbs:
        return None
    people = [(m.text, m.start) for m in context.attribution.mentions.get(sentence.index, ()) if m.person]
    if not people:
        companies = [m for m in context.attribution.mentions.get(sentence.index, ()) if not m.person]
        people = [
            (m[0], sentence.start + m.start())
            for m in _NAME.finditer(sentence.text)
            if not any(c.start < sentence.start + m.end() and sentence.start + m.start() < c.end for c in companies)
            and (m.start() > 0 or _role_near(context, sentence, m[0], sentence.start + m.start()))
        ]
    near = [(min(abs(at - verb) for verb in verbs), name, at) for name, at in people]
    near = [row for row in near if row[0] <= _REACH + len(row[1])]
    if not near:
        return None
    _, name, at = min(near)
    return Speaker(_full_name(context, name), _role_near(context, sentence, name, at) or _role_elsewhere(context, name))


def _full_name(context: Context, name: str) -> str:
    """`Lei` said later is the `Lei Jun` named before."""
    full = [m.text for found in context.attribution.mentions.values() for m in found if m.person and name in m.text.split()]
    return max(full, key=len, default=name)


def _role_near(context: Context, sentence: Sentence, name: str, at: int) -> str | None:
    found = [(*sentence.span(h.first, h.last), h.name) for h in context.hits(sentence, "speech") if h.name in _ROLES]
    roles = [(min(abs(end - at), abs(start - at - len(name))), role) for start, end, role in found]
    near = [row for row in roles if row[0] <= 40]
    return min(near)[1] if near else None


def _role_elsewhere(context: Context, name: str) -> str | None:
    for sentence in context.sentences:
        for mention in context.attribution.mentions.get(sentence.index, ()):
            if mention.person and mention.text == name and (role := _role_near(context, sentence, name, mention.start)):
                return role
    return None
