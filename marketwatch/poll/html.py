"""HTML → plain text with paragraphs. Nothing of the markup survives; sanitising comes after."""

from __future__ import annotations

import html
import re

import lxml.etree
import lxml.html

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(["script", "style", "noscript", "template", "iframe", "object", "svg", "math", "head", "title"])
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(?:#\w{1,8}|\w{2,31});")
_MAX_HTML = 2_000_000


def html_to_text(source: str) -> str:
    """Return the text of an HTML fragment: blocks are paragraphs, `br` ends a line, scripts and styles are left out."""
    source = source[:_MAX_HTML]
    if not _MARKUP.search(source):
        return source
    if "<" not in source:
        return html.unescape(source)
    # lxml refuses NUL and lone surrogates; they mean nothing in a text.
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    try:
        root = lxml.html.fragment_fromstring(source, create_parent="div")
    except (lxml.etree.LxmlError, ValueError):
        return html.unescape(re.sub(r"<[^>]*>", " ", source))
    return _text_of(root)


def inline_text(source: str) -> str:
    """Return a title's text: tags and entities resolved."""
    return html_to_text(source) if _MARKUP.search(source) else source


def _text_of(root: lxml.html.HtmlElement) -> str:
    """Walk without recursion: hostile documents nest a hundred thousand deep."""
    parts: list[str] = []
    silent = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            parts.append("\n\n" if tag in _BLOCKS else "\n" if tag == "br" else "")
            if element.text and not silent:
                parts.append(_flat(element.text, tag))
        else:
            silent -= event == "end" and tag in _SILENT
            parts.append("\n\n" if tag in _BLOCKS and event == "end" else "")
            if element.tail and not silent and element is not root:
                parts.append(_flat(element.tail, ""))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _flat(text: str, tag: str) -> str:
    return text if tag == "pre" else re.sub(r"\s+", " ", text)
