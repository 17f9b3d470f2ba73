"""What `[keys]` of feeds.toml can name: the ids of all bindings, with the keys they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.dom import DOMNode


def binding_ids(nodes: Iterable[DOMNode], classes: Iterable[type[DOMNode]] = ()) -> Mapping[str, str]:
    """By id, in order: the keys it has by itself. `classes`: of widgets that may not be there yet."""
    found: dict[str, list[str]] = {}
    maps = [*(node._bindings for node in nodes), *(one._merge_bindings() for one in classes)]
    for one in maps:
        for key, bindings in one.key_to_bindings.items():
            for binding in bindings:
                if binding.id and key not in found.setdefault(binding.id, []):
                    found[binding.id].append(key)
    return {name: ",".join(found[name]) for name in sorted(found)}
