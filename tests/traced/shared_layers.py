"""Layers that a network calls more than once, by which several of its layers are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograder.quoting import name_or_quoted
from autograder.trace.layers import Layer


def one_for_several(layers: Sequence[Layer]) -> str:
    """A sentence where several linear layers of a network have the same weights; '' where each has its own."""
    linear = [layer.weight for layer in layers if layer.kind == "linear" and layer.weight]
    weight, times = Counter(linear).most_common(1)[0] if linear else ("", 0)
    if times < 2:
        return ""
    name = name_or_quoted(weight.rpartition(".")[0] or weight)
    return (
        f"{times} of its {len(linear)} linear layers are one and the same, {name}: they share their weights, and "
        "have one gradient together. A list times a number, `[layer] * 5`, repeats the object; make a new layer for each."
    )
