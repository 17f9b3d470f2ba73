"""What the analyst says of articles and shifts: it outlives new extractions and the feeds the articles came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from marketwatch.counted import counted


def tag_name(typed: str) -> str:
    """A tag as it is kept and looked for: `Two words` is `two-words`."""
    return "-".join(typed.lower().split())


class Verdict(StrEnum):
    """The analyst's word on a shift."""

    VERIFIED = "verified"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one article."""

    starred: bool = False
    read: bool = False
    tags: tuple[str, ...] = ()
    """In alphabetical order."""
    note: str = ""


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What is to become of an article's marks; None leaves a mark as it is."""

    starred: bool | None = None
    read: bool | None = None
    note: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def of(self, marks: Marks) -> Marks:
        """The marks after the change."""
        return replace(
            marks,
            starred=marks.starred if self.starred is None else self.starred,
            read=marks.read if self.read is None else self.read,
            note=marks.note if self.note is None else self.note,
            tags=tuple(sorted((set(marks.tags) | set(self.add_tags)) - set(self.remove_tags))),
        )

    def label(self, count: int) -> str:
        """`star 3 articles`: what undo says it takes back."""
        parts = [
            name
            for name, asked in (
                ("star", self.starred),
                ("unstar", self.starred is False),
                ("mark read", self.read),
                ("mark unread", self.read is False),
                ("note on", self.note),
                ("remove the note of", self.note == ""),
                (f"tag {' '.join(self.add_tags)} on", self.add_tags),
                (f"tag {' '.join(self.remove_tags)} off", self.remove_tags),
            )
            if asked
        ]
        return f"{', '.join(parts)} {counted(count, 'article')}"
