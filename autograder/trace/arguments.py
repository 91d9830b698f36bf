"""Arguments of the operators of a graph."""

from __future__ import annotations

from typing import Any


def nodes_in(value: Any) -> list[str]:
    """The names of the nodes whose values are among the arguments, at any depth: `{"node": name}` is one."""
    if isinstance(value, dict):
        return [value["node"]] if "node" in value else [name for each in value.values() for name in nodes_in(each)]
    return [name for each in value for name in nodes_in(each)] if isinstance(value, list | tuple) else []
