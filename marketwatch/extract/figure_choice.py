"""How sure the reader must be of each sort of figure: one threshold for all holds too many counts and too few shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from marketwatch.domain import Metric
from marketwatch.extract.context import Context
from marketwatch.extract.figure_words import plain_scene
from marketwatch.extract.figures import near
from marketwatch.extract.genre import is_ranking, names_firm
from marketwatch.extract.own_parts import own_part
from marketwatch.extract.reader.decide import FigureStatement

_HARDER = 0.85
"""What a score is worth of a count of devices, or of what has no metric of its own: of those hardly held one in five is right."""
_EASIER = 1.3
"""The same of a share of the market in an article that names who measured it, with no word for growth beside it."""
_SHARED_OUT = 2.0
"""The same of a share in a ranking, which is made of little else."""
_SAID = 100.0
"""The same where the words beside the number leave no doubt."""


def weighed(context: Context, statements: Iterable[FigureStatement]) -> list[FigureStatement]:
    """Return statements with their scores as they count against the one threshold."""
    firm = names_firm(context)
    ranking = firm and is_ranking(context)
    return [replace(s, score=min(1.0, s.score * _weight(context, s, firm=firm, ranking=ranking))) for s in statements]


def _weight(context: Context, statement: FigureStatement, *, firm: bool, ranking: bool) -> float:
    sentence, quantity = context.sentences[statement.sentence], statement.quantity
    if own_part(sentence.text, quantity, context.lang):
        return _SAID
    if statement.metric in (Metric.UNITS, Metric.OTHER):
        return _HARDER
    if statement.metric is not Metric.SHARE or not firm or quantity.unit != "%":
        return 1.0
    if near(plain_scene(context, sentence).exclusions, quantity, "growth", 22, 14) is not None:
        return 1.0
    return _SHARED_OUT if ranking else _EASIER
