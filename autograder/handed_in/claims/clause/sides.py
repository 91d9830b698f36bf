"""Pieces of a clause rewritten before it is read, so that only one kind of party is compared: 'X improved in both settings' is
about X, and of layers and networks only one is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.layers import Layer
from autograder.handed_in.claims.words.meanings import Meaning


def with_every(pieces: Sequence[Piece]) -> list[Piece]:
    """'X improved in both settings': X means all that it may mean, and the settings name nobody."""
    groups = [
        i for i, piece in enumerate(pieces) if isinstance(piece, Party) and piece.group == "all" and not piece.nobody
    ]
    named = [
        i
        for i, piece in enumerate(pieces)
        if isinstance(piece, Party) and piece.names and not piece.names[0].startswith(LAYER)
    ]
    if len(groups) != 1 or not named or groups[0] < named[0] or kind(pieces[groups[0] - 1]) not in ("of", "with"):
        return list(pieces)
    found = [piece for index, piece in enumerate(pieces) if index != groups[0]]
    subject = found[named[0]]
    if isinstance(subject, Party) and not any(kind(piece) == "extreme" for piece in pieces):
        found[named[0]] = replace(subject, every=True)
        return found
    return list(pieces)


def without_layers(
    pieces: Sequence[Piece], asides: Mapping[tuple[str, ...], Party]
) -> tuple[list[Piece], Layer | None, Party | None]:
    """The rest of a clause that names both layers and configurations. One of the two is compared, the other says where:
    the layer in which configurations are compared, or the configurations whose layers are compared."""
    layers = [
        i
        for i, piece in enumerate(pieces)
        if isinstance(piece, Party) and piece.names and piece.names[0].startswith(LAYER)
    ]
    others = [i for i, piece in enumerate(pieces) if isinstance(piece, Party) and i not in layers]
    if not layers:
        return list(pieces), None, None
    head = next(
        (
            i
            for i, piece in enumerate(pieces)
            if kind(piece) in ("compare", "extreme", "beat", "change", "ratio", "same")
        ),
        len(pieces),
    )
    stepped = any(name.startswith(LAYER) for party in asides.values() for name in party.names)
    several = (
        stepped or len({name for i in layers if isinstance(piece := pieces[i], Party) for name in piece.names}) > 1
    )
    if several or not others:
        across = several or kind(pieces[head] if head < len(pieces) else Party()) == "extreme"
    elif kind(pieces[head] if head < len(pieces) else Party()) == "extreme":
        between = [kind(piece) for piece in pieces[layers[-1] + 1 : others[0]] if kind(piece) != "plain"]
        led = between in (["of"], ["scope"]) and others[0] < head  # 'the first layer of X has the largest'
        across = led or (not any(i > head for i in others) and (layers[0] > head or layers[-1] > others[-1]))
    else:
        across = False
    aside = others if across else layers
    left: list[Piece] = [Token("", Meaning("plain")) if index in aside else piece for index, piece in enumerate(pieces)]
    named = [piece for i in aside if isinstance(piece := pieces[i], Party)]
    if across:
        names = tuple(dict.fromkeys(name for party in named for name in party.names))
        return left, None, Party(names) if names else Party(group="all")
    place = named[0].names[0].removeprefix(LAYER)
    return left, int(place) if place.isdigit() else "last", None
