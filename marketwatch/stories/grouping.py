"""Links between articles → stories: groups whose members are on average more probably on the same news than not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

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
    rank = {article: n for n, article in enumerate(order)}
    groups = {article: [article] for article in order}
    sums = {
        (one, other): found
        for one, other in combinations(groups, 2)
        if (found := sum(links.get(pair(a, b), 0.0) for a in groups[one] for b in groups[other]))
    }
    banned = {p for p, bond in bonds.items() if bond is Bond.APART}
    while sums:

        def closeness(at: tuple[int, int]) -> tuple[float, int, int]:
            one, other = at
            return sums[at] / (len(groups[one]) * len(groups[other])), -rank[one], -rank[other]

        best = max(sums, key=closeness)
        if closeness(best)[0] < JOINS - 1e-9:
            break
        if _apart(groups[best[0]], groups[best[1]], banned):
            del sums[best]
            continue
        _join(best, groups, sums, rank)
    return bound(list(groups.values()), bonds)


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


def _join(best: Pair, groups: dict[int, list[int]], sums: dict[Pair, float], rank: Mapping[int, int]) -> None:
    """Put the second group into the first; what either had with a third adds up."""
    kept, gone = best
    groups[kept] += groups.pop(gone)
    del sums[best]
    for at in [at for at in sums if gone in at]:
        third = at[0] if at[1] == gone else at[1]
        first, second = sorted((kept, third), key=rank.__getitem__)
        sums[first, second] = sums.get((first, second), 0.0) + sums.pop(at)
