"""Links between articles → stories: groups whose members are on average more probably on the same news than not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import heappop, heappush

from marketwatch.domain import Bond

JOINS = 0.5
"""Probability from which articles are taken to be on the same news."""
KEPT = 0.2
"""Probability below which a link says nothing: it counts as none."""
STEPS = (JOINS, 0.8, 0.95)
"""What a link must have to hold together what is looked at as one; the next when that is more than `MOST`."""
MOST = 120
"""Articles that are looked at as one: news of a few days is told by fewer."""

Pair = tuple[int, int]
"""Two articles, the smaller id first."""


def pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def stories_in(order: Sequence[int], links: Mapping[Pair, float], bonds: Mapping[Pair, Bond]) -> list[frozenset[int]]:
    """Part articles that links join into stories. `order` breaks ties; links are by ids, a missing one is 0.

    The two groups with the highest average of links go together first, until none reaches `JOINS`; what the analyst set
    apart stays apart. Groups that they bound together are then one: so what is like one of them comes to all of them.
    """
    groups = _Groups(order, links)
    banned = {p for p, bond in bonds.items() if bond is Bond.APART}
    for one, other in groups.closest():
        if not _apart(groups.members[one], groups.members[other], banned):
            groups.join(one, other)
    return bound(list(groups.members.values()), bonds)


class _Groups:
    """Groups of articles, named by the first of them, and what each has with the others."""

    def __init__(self, order: Sequence[int], links: Mapping[Pair, float]) -> None:
        self._order = list(order)
        self._rank = {article: n for n, article in enumerate(order)}
        self.members = {article: [article] for article in order}
        self._sums: dict[int, dict[int, float]] = {article: {} for article in order}
        """By group and group: their links added up."""
        self._waiting: list[tuple[float, int, int]] = []
        """A heap of (minus the average of the links, the ranks of both). What a join made wrong is passed over."""
        for (one, other), weight in links.items():
            if weight and one in self._rank and other in self._rank:
                self._sums[one][other] = self._sums[other][one] = weight
                self._wait(one, other)

    def closest(self) -> Iterator[Pair]:
        """The two groups with the highest average, as they are when asked, until it is below `JOINS`."""
        while self._waiting:
            entry = heappop(self._waiting)
            one, other = self._order[entry[1]], self._order[entry[2]]
            if other not in self._sums.get(one, ()) or self._average(one, other) != -entry[0]:
                continue
            if -entry[0] < JOINS - 1e-9:
                return
            yield one, other

    def join(self, kept: int, gone: int) -> None:
        """Put the second group into the first; what either had with a third adds up."""
        self.members[kept] += self.members.pop(gone)
        for third, weight in self._sums.pop(gone).items():
            del self._sums[third][gone]
            if third != kept:
                self._sums[kept][third] = self._sums[third][kept] = self._sums[kept].get(third, 0.0) + weight
        for third in self._sums[kept]:
            self._wait(kept, third)

    def _wait(self, one: int, other: int) -> None:
        first, second = sorted((self._rank[one], self._rank[other]))
        heappush(self._waiting, (-self._average(one, other), first, second))

    def _average(self, one: int, other: int) -> float:
        return self._sums[one][other] / (len(self.members[one]) * len(self.members[other]))


def bound(groups: Sequence[Sequence[int]], bonds: Mapping[Pair, Bond]) -> list[frozenset[int]]:
    """Put groups together that hold articles which the analyst bound together."""
    inside: dict[int, set[int]] = {}
    for group in groups:
        together = set(group)
        for article in group:
            inside[article] = together
    for (one, other), bond in bonds.items():
        if bond is Bond.SAME and one in inside and other in inside and inside[one] is not inside[other]:
            inside[one] |= inside[other]
            inside.update(dict.fromkeys(inside[other], inside[one]))
    return list({id(group): frozenset(group) for group in inside.values()}.values())


def _apart(one: Collection[int], other: Collection[int], banned: Collection[Pair]) -> bool:
    return bool(banned) and any(pair(a, b) in banned for a in one for b in other)
