"""What is said aside: pieces of a clause rewritten before it is read, so that one is left that is spoken of.

'Unlike X, Y ...' is about Y; 'replacing X with Y' is about Y, compared with X; of layers and networks only one is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.handed_in.claims.clauses import HEADS
from autograder.handed_in.claims.layers import NAME as LAYER
from autograder.handed_in.claims.layers import Layer
from autograder.handed_in.claims.meanings import Meaning
from autograder.handed_in.claims.mentions import WITHOUT
from autograder.handed_in.claims.pieces import Piece, kind
from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.tokens import Token


def paired(tokens: list[Token]) -> list[Token]:
    """'as fast ... as': the second 'as' leads to what is compared with. 'not only' negates nothing."""
    found: list[Token] = []
    open_as = False
    for token in tokens:
        if token.kind == "same" and (token.meaning.note == "as" or token.text.endswith(("same", "identical", "equal"))):
            open_as = True
        elif token.text.casefold() == "as" and open_as:
            token, open_as = replace(token, meaning=Meaning("than")), False
        elif token.kind == "boundary" and [each.text for each in found[-2:]] == ["than", "without"]:
            del found[-2:]  # 'longer than without': than the one that has it not
        elif token.text.casefold() == "it" and [each.text for each in found[-2:]] == ["than", "without"]:
            del found[-2:]
            continue
        elif token.text.casefold() == "it" and [each.kind for each in found[-2:]] == ["than", "with"]:
            without = next((at for at, each in enumerate(found) if each.text.casefold() == "without"), len(found))
            token = next(
                (each for each in found[without:] if each.kind == "name"), token
            )  # 'worse without X than with it'
        elif token.text.casefold() == "only" and found and found[-1].kind == "negation":
            found[-1] = replace(found[-1], meaning=Meaning("plain"))
        found.append(token)
    return found


def without_asides(pieces: Sequence[Piece]) -> tuple[list[Piece], dict[tuple[str, ...], Party]]:
    """The pieces without 'unlike X'; 'replacing X with Y' and 'adding Y to X' become Y, compared with X."""
    found: list[Piece] = []
    compared: dict[tuple[str, ...], Party] = {}
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        ahead = [
            (at, each) for at, each in enumerate(pieces[index + 1 : index + 8], index + 1) if isinstance(each, Party)
        ]
        wanted = kind(piece)
        without = isinstance(piece, Token) and piece.text.casefold() == "without"
        if isinstance(piece, Token) and piece.meaning.note == "both" and ahead and ahead[0][0] <= index + 2:
            if found and isinstance(found[-1], Party):
                found.pop()  # 'SGD with and without momentum'
            else:
                found.append(Token("", Meaning("with")))
            added = ahead[0][1].names
            found.append(Party((*added, *(f"{WITHOUT}{name}" for name in added))))
            index = ahead[0][0] + 1
        elif wanted == "aside" and without and ahead and _follows_nobody(found) and ahead[0][0] == index + 1:
            at, left_out = ahead[0]
            after = pieces[at + 1 : at + 3]
            named = [kind(each) for each in after] == ["boundary", "party"] or [kind(each) for each in after[:1]] == [
                "party"
            ]
            if named and isinstance(one := after[-1], Party):
                compared[one.names] = left_out
            if not named:  # 'without momentum, SGD ...' is SGD
                found.append(Party(tuple(f"{WITHOUT}{name}" for name in left_out.names)))
            index = at + 1 + (named and kind(after[0]) == "boundary")
        elif (
            wanted == "aside"
            and without
            and ahead
            and found
            and isinstance(found[-1], Party)
            and ahead[0][0] == index + 1
        ):
            index += 2  # 'SGD without momentum' is SGD
        elif (
            wanted == "toward"
            and ahead
            and ahead[0][0] <= index + 3
            and ahead[0][1].names[:1]
            and ahead[0][1].names[0].startswith(LAYER)
        ):
            end = ahead[0][1]
            found += [Token("", Meaning("with")), end]
            compared[end.names] = Party((f"{LAYER}last" if end.names[0] == f"{LAYER}1" else f"{LAYER}1",))
            index = ahead[0][0] + 1
        elif wanted == "aside" and not without and (unnamed := _up_to_a_head(pieces, index)):
            index = unnamed  # 'instead of X', which is not among what is compared
        elif wanted == "aside" and ahead and not without:
            if found and isinstance(found[-1], Party):
                compared[found[-1].names] = ahead[0][1]  # 'X instead of Y'
            index = ahead[0][0] + 1
            if index < len(pieces) and kind(pieces[index]) == "boundary":
                index += 1
        elif (
            wanted == "replacing"
            and len(ahead) == 1
            and any(kind(each) in ("with", "by") for each in pieces[index : ahead[0][0]])
        ):
            found.append(ahead[0][1])  # what is replaced is not among what is compared
            index = ahead[0][0] + 1
        elif wanted in ("replacing", "switching", "adding", "from") and len(ahead) >= 2:
            (_, one), (at, two) = ahead[0], ahead[1]
            link = {kind(each) for each in pieces[ahead[0][0] : at]}
            if wanted in ("from", "switching") and "to" not in link:
                found.append(piece)
                index += 1
                continue
            if wanted == "adding" and "to" in link:
                one, two = two, one
            elif wanted == "adding" or not link & {"with", "by", "to"}:
                found.append(piece)
                index += 1
                continue
            if any(kind(each) in ("compare", "change") for each in found):
                found.append(Token("", Meaning("with")))  # 'gets larger from A to B'
            found.append(two)
            compared[two.names] = one
            index = at + 1
        else:
            if wanted != "adding":
                found.append(piece)
            index += 1
    return found, compared


def _follows_nobody(found: Sequence[Piece]) -> bool:
    """Whether 'without X' stands for somebody: 'the variant without X', 'without X, ...', and not 'SGD without X'."""
    return all(kind(piece) == "plain" for piece in found) or kind(found[-1]) in ("thing", "than")


def _up_to_a_head(pieces: Sequence[Piece], index: int) -> int:
    """Where the next head stands, if nobody is named before it; else 0."""
    for at in range(index + 1, len(pieces)):
        if isinstance(pieces[at], Party):
            return 0
        if kind(pieces[at]) in HEADS:
            return at
    return 0


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
    """What is left where layers are named beside configurations. One of the two is compared, the other says where: the layer in
    which configurations are compared, or the configurations in whose networks layers are."""
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
