"""Views whose rows can be listed in several orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tui.ordering import Orders, RowType, ordered
from tui.widgets.line_list import LineList


class Sortable:
    """A part of a view: which of its orders its rows are in."""

    ORDERS: ClassVar[Orders[Any]]
    _order = 0

    @property
    def list(self) -> LineList[Any]:
        raise NotImplementedError

    @property
    def order_name(self) -> str:
        return self.ORDERS[self._order][0]

    def in_order(self, rows: Sequence[RowType]) -> Sequence[RowType]:
        return ordered(rows, self.ORDERS, self._order)

    def next_order(self) -> None:
        """List the rows in the next of the orders, from its beginning."""
        self._order = (self._order + 1) % len(self.ORDERS)
        self._list()
        self.list.action_edge(-1)

    def _list(self) -> None:
        """Show the rows anew, in their order."""
        raise NotImplementedError
