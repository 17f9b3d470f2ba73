"""What exports are made of."""

from __future__ import annotations

import pytest

from store import Store

from builders import analysed, shift  # isort: skip

from exports import A, B  # isort: skip


@pytest.fixture
def two(store: Store) -> Store:
    """One move of Xiaomi's in two articles, one of Huawei's in another."""
    huawei = "Huawei opens flagships."
    store.save(
        [
            analysed("a", A),
            analysed("b", B, lang="fr", outlet="Journal"),
            analysed("c", huawei, shift(huawei, "huawei", object="flagships"), outlet="Courier"),
        ]
    )
    return store
