"""A quote with where it stands, as plain text to be pasted. Pure."""

from __future__ import annotations

from marketwatch.domain import Article, Evidence, Shift
from marketwatch.sanitise import safe_url
from tui.render import plain


def citation(article: Article) -> str:
    """`Data News (fr), 2017-01: "Title". https://...`: outlet, language, date, title, and the address if it is one of the web."""
    published = str(article.published)[:10] if article.published else f"seen {article.dated_at:%Y-%m-%d}"
    url = safe_url(article.url)
    where = f"{plain(article.publisher)} ({article.lang or '?'}), {published}"
    return f'{where}: "{plain(article.title)}".{f" {url}" if url else ""}'


def quote(shift: Shift | None, article: Article, sentence: Evidence | None = None) -> str:
    """The sentences of a shift (or a figure's one), who said them, and the citation; without any, the citation alone."""
    evidence = shift.evidence if shift else (sentence,) if sentence else ()
    quoted = " … ".join(plain(one.text) for one in evidence)
    said = f" ({plain(shift.speaker)}{f', {plain(shift.role)}' if shift.role else ''})" if shift and shift.speaker else ""
    return f'"{quoted}"{said}\n{citation(article)}' if quoted else citation(article)
