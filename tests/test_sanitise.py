from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketwatch.drafts import clean_draft
from marketwatch.sanitise import canonical_link, clean_line, clean_text, safe_url

from builders import draft  # isort: skip

HOSTILE = st.text(st.characters() | st.sampled_from(list("\x1b\u202e\u2066\ufeff\x00\x07\u0301 \n\t<>[]/@")), max_size=300)


@given(HOSTILE)
def test_cleaning_is_idempotent_and_leaves_nothing_that_drives_a_terminal(text: str) -> None:
    line, body = clean_line(text), clean_text(text)
    assert clean_line(line) == line
    assert clean_text(body) == body
    for char in "\x1b\x00\x07\u202e\u2066\ufeff\x9b":
        assert char not in line + body
    assert "\n" not in line


@given(HOSTILE, HOSTILE)
def test_a_clean_draft_is_stable_so_that_offsets_and_hashes_agree(title: str, text: str) -> None:
    once = clean_draft(draft(text=text, title=title))
    assert clean_draft(once) == once
    assert once.title
    assert once.text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.b/c",
        "http://",
        "//a.b",
        "data:text/html,x",
        "-oProxy",
        "",
        None,
        "http://a b/",
    ],
)
def test_only_web_addresses_pass(url: str | None) -> None:
    assert safe_url(url) is None


def test_userinfo_is_taken_out_and_scheme_makes_no_difference_to_identity() -> None:
    assert safe_url("https://user:secret@Example.org/a?b=1") == "https://example.org/a?b=1"
    assert canonical_link("http://www.example.org/a/") == canonical_link("https://example.org/a#top")


def test_zalgo_is_capped_and_real_scripts_stay() -> None:
    assert len(clean_line("a" + "\u0301" * 100)) <= 6
    assert clean_line("小米 العربية हिन्दी") == "小米 العربية हिन्दी"
