"""Which moves stand against which: reviewed data. What is not listed opposes nothing.

Goals are the ledger's (raised, cut, withdrawn), pressure comes from outside and is no position of the vendor's, and a new
leader takes back nothing that the old one's coming stated.
"""

from __future__ import annotations

from collections.abc import Mapping

from marketwatch.domain import Direction, ShiftKind

_D, _K = Direction, ShiftKind
Sides = tuple[frozenset[Direction], frozenset[Direction]]
"""Directions into something, and out of it."""

_IN_OUT: Sides = (frozenset({_D.START, _D.EXPAND}), frozenset({_D.REDUCE, _D.STOP}))
OPPOSED: Mapping[ShiftKind, Sides] = {
    _K.DISCLOSURE: (frozenset({_D.START}), frozenset({_D.STOP})),
    _K.GROWTH: (frozenset({_D.EXPAND}), frozenset({_D.REDUCE})),
    _K.CHANNEL: _IN_OUT,
    _K.MARKET: _IN_OUT,
    _K.DIVERSIFICATION: _IN_OUT,
    _K.POSITIONING: (frozenset({_D.START, _D.EXPAND}), frozenset({_D.STOP})),
    _K.PORTFOLIO: _IN_OUT,
    _K.TECHNOLOGY: _IN_OUT,
    _K.SUPPLY: _IN_OUT,
    _K.PARTNERSHIP: (frozenset({_D.START, _D.EXPAND}), frozenset({_D.STOP})),
    _K.DEAL: (frozenset({_D.START}), frozenset({_D.STOP})),
    _K.ORGANIZATION: (frozenset({_D.EXPAND}), frozenset({_D.REDUCE})),
}

WHOLE: Mapping[ShiftKind, frozenset[str]] = {
    _K.DISCLOSURE: frozenset({"unit sales", "financial results", "revenue"}),
    _K.GROWTH: frozenset({"pace of growth"}),
    _K.DIVERSIFICATION: frozenset({"AI", "cars", "fintech", "cloud", "chips for sale", "content", "connected devices"}),
    _K.POSITIONING: frozenset({"premium segment", "budget segment"}),
    _K.TECHNOLOGY: frozenset({"own chips", "own operating system", "research and development"}),
    _K.DEAL: frozenset({"stock market listing"}),
}
"""Objects that mean the same for the whole company wherever they are told: the scopes are the same. Places of `market` too."""

LOCAL: Mapping[ShiftKind, frozenset[str]] = {
    _K.CHANNEL: frozenset({"physical stores", "retail partners", "carriers", "direct sales"}),
    _K.SUPPLY: frozenset({"local production"}),
    _K.PORTFOLIO: frozenset({"smartphones", "tablets", "laptops", "model range"}),
    _K.PARTNERSHIP: frozenset({"partnership", "joint venture", "alliance", "licence"}),
    _K.ORGANIZATION: frozenset({"job cuts", "hiring"}),
}
"""Objects that may be of one country, shop or partner: two moves are on the same only when the sentences of both name it.

Without that, closing shops in France would be against opening some in Brazil: on 318 articles 10 pairs of 11 were so invented.
"""

REACH_DAYS: Mapping[ShiftKind, int] = {_K.ORGANIZATION: 730, _K.GROWTH: 1825}
"""How long a position stands that nothing else ends; kinds that are not named here stand for good."""

_WESTERN = frozenset(
    {"France", "Germany", "Spain", "Italy", "Portugal", "Netherlands", "Belgium", "Switzerland", "Austria", "Ireland"}
) | {"United Kingdom"}
REGIONS: Mapping[str, frozenset[str]] = {
    "Europe": _WESTERN | {"Poland", "Sweden", "Norway", "Denmark", "Finland", "Greece", "Western Europe"},
    "Western Europe": _WESTERN,
    "Latin America": frozenset({"Brazil", "Mexico", "Argentina", "Colombia", "Chile", "Peru"}),
    "Southeast Asia": frozenset({"Indonesia", "Singapore", "Malaysia", "Thailand", "Vietnam", "Philippines"}),
    "Africa": frozenset({"Nigeria", "Kenya", "Egypt", "South Africa", "Ethiopia"}),
}
"""Regions and what lies in them: leaving Germany may be against entering Europe, and is not the same scope."""
UNNAMED = frozenset({"market presence", "overseas"})
"""Objects of `market` that name no place."""
