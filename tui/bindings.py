"""What `[keys]` of feeds.toml can name: the ids of all bindings, with the keys they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.dom import DOMNode


def binding_ids(nodes: Iterable[DOMNode]) -> Mapping[str, str]:
    """By id, in order: the keys it has by itself."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for key, bindings in node._bindings.key_to_bindings.items():
            for binding in bindings:
                if binding.id and key not in found.setdefault(binding.id, []):
                    found[binding.id].append(key)
    return {name: ",".join(found[name]) for name in sorted(found)}
