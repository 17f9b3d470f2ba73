"""Who said it: a name beside a reporting verb, with the role the text gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from marketwatch.extract.context import Context
from marketwatch.extract.lexicon import Lexicon
from marketwatch.extract.rule_files import rule_file
from marketwatch.extract.text import Sentence

_NAME = re.compile(
    r"(?<![\w])[^\W\d_a-z\u3400-\u9fff][\w'’\-]+(?:\s+(?:van|von|de|di|da|dos|der|den|del|le|la|el)?\s*[^\W\d_a-z\u3400-\u9fff][\w'’\-]*\.?){1,2}"
)
_REACH = 60
_NAMED_BEFORE = 8
"""Sentences back in which the person is looked for that `he` stands for."""
_INTRODUCED_BEFORE = 60
"""Sentences back in which a full name is looked for of which one part stands here."""
_DROPS_PRONOUNS = frozenset({"es", "it", "pt"})
"""Where `dijo` alone is `he said`."""
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
    found = _speaker_in(context, sentence) or _referred_to(context, sentence)
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


def _referred_to(context: Context, sentence: Sentence) -> Speaker | None:
    """The person named last before a sentence in which `he` or `the founder` says something."""
    mentions = context.attribution.mentions.get(sentence.index, ())
    if not _verbs(context, sentence) or any(m.person for m in mentions):
        return None
    dropped = context.lang in _DROPS_PRONOUNS and not mentions
    if not dropped and "people" not in _terms(context.lang).find(sentence.words):
        return None
    for index in range(sentence.index - 1, max(-1, sentence.index - _NAMED_BEFORE - 1), -1):
        people = [m for m in context.attribution.mentions.get(index, ()) if m.person]
        if people:
            name = _full_name(context, people[-1].text)
            return Speaker(name, _role_elsewhere(context, people[-1].text))
    return None


@cache
def _terms(lang: str) -> Lexicon:
    """Words that stand for a person, and more words for saying something than the language pack has."""
    return Lexicon({section: {section: terms} for section, terms in rule_file("speakers.toml").get(lang, {}).items()})


def _is_quoted(text: str) -> bool:
    return any(mark in text for mark in '"“”«»„「」『』')


def _verbs(context: Context, sentence: Sentence) -> list[int]:
    """Where its words for saying something begin."""
    packed = [h for h in context.hits(sentence, "speech") if h.name == "verbs"]
    return [sentence.span(h.first, h.last)[0] for h in (*packed, *_terms(context.lang).find(sentence.words).get("verbs", ()))]


def _speaker_in(context: Context, sentence: Sentence) -> Speaker | None:
    verbs = _verbs(context, sentence)
    if not verbs:
        return None
    people = [(m.text, m.start) for m in context.attribution.mentions.get(sentence.index, ()) if m.person]
    people = people or list(_introduced(context, sentence)) or list(_by_one_name(context, sentence))
    near = [(min(abs(at - verb) for verb in verbs), name, at) for name, at in people]
    near = [row for row in near if row[0] <= _REACH + len(row[1])]
    if not near:
        return None
    _, name, at = min(near)
    return Speaker(_full_name(context, name), _role_near(context, sentence, name, at) or _role_elsewhere(context, name))


def _introduced(context: Context, sentence: Sentence) -> Iterator[tuple[str, int]]:
    """Names that are nobody's we know, with their places, beside which a sentence gives a role."""
    companies = [m for m in context.attribution.mentions.get(sentence.index, ()) if not m.person]
    for match in _NAME.finditer(sentence.text):
        name, at = match[0].rstrip("."), sentence.start + match.start()
        if not any(c.start < at + len(name) and at < c.end for c in companies) and _role_near(context, sentence, name, at):
            yield name, at


def _by_one_name(context: Context, sentence: Sentence) -> Iterator[tuple[str, int]]:
    """Those named in full before, of whom a sentence says one name: `said Jain`, `Lei told`."""
    for before in context.sentences[max(0, sentence.index - _INTRODUCED_BEFORE) : sentence.index]:
        named = [m.text for m in context.attribution.mentions.get(before.index, ()) if m.person]
        if any(hit.name in _ROLES for hit in context.hits(before, "speech")):
            named += [name for name, _ in _introduced(context, before)]
        for name in named:
            parts = name.split()
            one = "|".join(map(re.escape, (parts[0], parts[-1])))
            if len(parts) > 1 and (match := re.search(rf"\b(?:{one})\b", sentence.text)):
                yield name, sentence.start + match.start()


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
