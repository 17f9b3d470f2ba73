"""HTML → plain text with paragraphs. Nothing of the markup survives; sanitising comes after."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import lxml.etree
import lxml.html
import lxml.html.defs

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
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
"""Left where sections are nested or escaped: as HTML all up to the next `>` would be a comment."""
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][a-zA-Z][^<>]*+>|<(?P<end>/?)(?P<name>[a-zA-Z][\w:.-]*+)(?P<rest>\s[^<>]*+(?:>|\Z)|/?>)", re.DOTALL
)
"""A comment, a declaration, or a tag, which may be cut off at the end."""
_TAG_START = re.compile(r"<(?=[a-zA-Z/!])")
_ESCAPED_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip|#\d{2,5}|#[xX][0-9a-fA-F]{2,4});")
_PASSES = 3
"""So often are titles unescaped that were escaped more than once."""


def html_to_text(source: str) -> str:
    """Return the text of an HTML fragment: blocks are paragraphs, `br` ends a line, scripts and styles are left out."""
    source = _CDATA.sub("", source[:_MAX_HTML])
    if not _MARKUP.search(source):
        return source
    if "<" in source:
        return _parsed(source)
    source = html.unescape(source)
    return _parsed(source) if _has_elements(source) else source


def inline_text(source: str) -> str:
    """Return a title's text: tags and entities resolved, however often they were escaped. What is no tag of HTML is text."""
    source = _CDATA.sub("", source)
    if not _MARKUP.search(source):
        return source
    for _ in range(_PASSES):
        if tags := {tag.start() for tag in _tags(source)}:
            source = _parsed(_TAG_START.sub(lambda match: "<" if match.start() in tags else "&lt;", source))
        else:
            source = html.unescape(source)
        if not (_ESCAPED_TWICE.search(source) or _has_elements(source)):
            break
    return source


def _tags(source: str) -> Iterator[re.Match[str]]:
    """What in a text is markup of HTML; `vector<int>` holds none, and `<o:p>` of a word processor is some."""
    for match in _TAG.finditer(source):
        name, rest = (match["name"] or ":").lower(), match["rest"] or ">"
        if ":" in name or "=" in rest or (name in lxml.html.defs.tags and rest.endswith(">")):
            yield match


def _has_elements(source: str) -> bool:
    """Whether a text that was unescaped is HTML that was escaped once more: "the <blink> tag" has no end of it."""
    return any(tag["end"] for tag in _tags(source))


def _parsed(source: str) -> str:
    # lxml refuses NUL and lone surrogates; they mean nothing in a text.
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    try:
        root = lxml.html.fragment_fromstring(source, create_parent="div")
    except (lxml.etree.LxmlError, ValueError):
        return html.unescape(re.sub(r"<[^>]*>", " ", source))
    return _text_of(root)


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
