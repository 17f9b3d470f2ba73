"""Drafts as the store takes them: sanitised once, so that evidence offsets and hashes agree everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from marketwatch.domain import ArticleDraft
from marketwatch.sanitise import canonical_link, clean_line, clean_text, safe_url

if TYPE_CHECKING:
    from marketwatch.ports import ArticleStore


def clean_draft(draft: ArticleDraft) -> ArticleDraft:
    """Return the draft with every string sanitised; an empty text becomes the title. Idempotent."""
    url = safe_url(draft.url)
    text = clean_text(draft.text)
    title = clean_line(draft.title) or clean_line(text, 120) or url or "(untitled)"
    return replace(
        draft,
        key=key_of(draft.key),
        title=title,
        text=text or title,
        url=url,
        author=_optional(draft.author, 200),
        outlet=_optional(draft.outlet, 200),
        lang=_optional(draft.lang, 12),
    )


def unknown_to(store: ArticleStore, source: str, drafts: Sequence[ArticleDraft]) -> list[ArticleDraft]:
    """The clean drafts of a document that the store does not hold with this very text.

    Some sites give their items new identities whenever they are asked: what says the same at the same address is the same,
    unless the document still has it under its own key.
    """
    known = store.known_hashes(source, [draft.key for draft in drafts])
    hashes = {draft.key: content_hash(draft.title, draft.text) for draft in drafts}
    unknown = [draft for draft in drafts if known.get(draft.key) != hashes[draft.key]]
    links = {draft.key: link for draft in unknown if draft.key not in known and (link := canonical_link(draft.url))}
    at_them = store.articles_at(source, set(links.values())) if links else ()
    renamed = {(link, digest) for link, key, digest in at_them if key not in hashes}
    return [draft for draft in unknown if (links.get(draft.key), hashes[draft.key]) not in renamed]


def key_of(raw: str) -> str:
    """Return an identity short and safe enough to store: long or unprintable ones become their hash."""
    key = clean_line(raw, 300)
    return key if key == raw else "sha256:" + hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()


def content_hash(title: str, text: str) -> str:
    """SHA-256 of a cleaned title and text: tells an edited article from an unchanged one."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a cleaned text: evidence offsets point into the version of this hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def _optional(value: str | None, limit: int) -> str | None:
    return clean_line(value, limit) or None if value else None
