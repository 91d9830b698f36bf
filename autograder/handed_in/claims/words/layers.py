"""Layers as sentences name them: 'layer 1', 'the sixth layer', 'the layers close to the input'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from autograder.handed_in.numbers import Standing

Layer = Literal["last"] | int  # from 1
ORDINALS: Final[Mapping[str, Layer]] = {
    **{
        word: place
        for place, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
    },
    **dict.fromkeys(("1st", "input", "earliest", "early", "initial", "front", "lowest", "bottom"), 1),
    "2nd": 2,
    "3rd": 3,
    **{f"{place}th": place for place in range(4, 11)},
    **dict.fromkeys(("last", "final", "output", "late", "later", "top", "uppermost"), "last"),
}
CARDINALS: Final = {
    word: place for place, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_WORDS: Final = "|".join(ORDINALS)
SPELLED: Final = re.compile(
    rf"\blayers?[\s-]*(?:no\.\s*|number\s+|#)?(?P<number>\d+|{'|'.join(CARDINALS)})\b|\b(?P<word>{_WORDS})(?:[\s-]+(?:hidden|linear|dense|few|two|three))?[\s-]+layers?\b"
    r"|\b(?:layers?\s+)?(?:near|close|closest|nearest|next)(?:est)?\s+to\s+the\s+(?P<end>input|output)\b"
    r"|\bthe\s+(?P<bare>input|output)\b(?!\s+layer|-)(?:\s+side\b)?",
    re.IGNORECASE,
)
# 'larger in the first layer than in the sixth'
ELLIPTIC: Final = re.compile(
    rf"\b(?:the|its|their)\s+(?P<word>{_WORDS})(?:\s+one)?(?=\s*(?:[.,;)]|$|\b(?:and|to)\b))", re.IGNORECASE
)
# 'the first ReLU layer', in which the network has its own name
APART: Final = re.compile(
    rf"\b(?P<word>{_WORDS})(?=[\s-]+(?!hidden|linear|dense|few|two|three)[\w+-]+[\s-]+(?:layers?|one)\b)", re.IGNORECASE
)
# A phrase of the vocabulary ('everywhere'), not a layer
BOTH_ENDS: Final = re.compile(
    r"\bboth (?:the )?(?:first|input|last|output)(?: layers?)? and (?:the )?(?:first|input|last|output)(?: layers?)?\b",
    re.IGNORECASE,
)
NAME: Final = "layer "


def layer_mentions(text: str) -> list[tuple[int, int, str]]:
    """The layers that a text names: (start, end, name); names are 'layer 1', 'layer last'."""
    text = BOTH_ENDS.sub(lambda match: "\x00" * len(match[0]), text)
    found = [(*match.span(), f"{NAME}{_which(match)}") for match in SPELLED.finditer(text)]
    found += [(*match.span(), f"{NAME}{ORDINALS[match['word'].casefold()]}") for match in APART.finditer(text)]
    if found:
        for match in ELLIPTIC.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((*match.span(), f"{NAME}{ORDINALS[match['word'].casefold()]}"))
    return sorted(found)


def _which(match: re.Match[str]) -> Layer:
    if match["number"]:
        number = match["number"].casefold()
        return CARDINALS.get(number) or int(number)
    if match["word"]:
        return ORDINALS[match["word"].casefold()]
    return 1 if (match["end"] or match["bare"]).casefold() == "input" else "last"


def layer_of(title: str) -> Layer | None:
    """The layer that a column's title names: 'gradient layer 1', 'last layer'."""
    names = layer_mentions(title)
    place = names[0][2].removeprefix(NAME) if names else "last" if title.casefold().split()[-1:] == ["output"] else ""
    return int(place) if place.isdigit() else "last" if place else None


def layers_told(standings: Iterable[Standing]) -> frozenset[Layer]:
    """The layers that the numbers are about."""
    found = {layer for standing in standings if (layer := layer_of(standing.title)) is not None}
    return frozenset(found)


def is_in(wanted: Layer, layer: Layer, told: Iterable[Layer]) -> bool:
    """Whether a column of a layer is about the wanted one. The last is the highest of several."""
    if wanted != "last" or layer == "last":
        return wanted == layer
    numbered = [each for each in told if each != "last"]
    return len(numbered) == len(list(told)) > 1 and layer == max(numbered)


def across_layers(standings: Iterable[Standing]) -> list[tuple[str, Standing]]:
    """For each configuration its values by layer, if columns of one table give several layers."""
    by_place: dict[str, dict[str, dict[str, float]]] = {}
    for standing in standings:
        if (layer := layer_of(standing.title)) is not None:
            for label, value in standing.values.items():
                by_place.setdefault(standing.place, {}).setdefault(label, {})[f"{NAME}{layer}"] = value
    return [
        (label, Standing("gradient", values, place, f"gradient of {label}"))
        for place, labels in by_place.items()
        for label, values in labels.items()
        if len(values) > 1
    ]


def among_layers(name: str, labels: Iterable[str]) -> frozenset[str]:
    """Which of a standing's layers a name means: 'layer last' is the one with the highest number."""
    labels = list(labels)
    numbered = {label: int(place) for label in labels if (place := label.removeprefix(NAME)).isdigit()}
    wanted = name.removeprefix(NAME)
    if wanted == "last" and name in labels:
        return frozenset({name})
    if not numbered:
        return frozenset()
    if wanted == "last":
        return frozenset({max(numbered, key=lambda label: numbered[label])})
    return frozenset(label for label, place in numbered.items() if str(place) == wanted)
