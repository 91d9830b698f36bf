"""The tokens of a sentence with each list of names, and each group, in one piece: a party."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal

from autograder.handed_in.claims.layers import NAME as LAYER
from autograder.handed_in.claims.meanings import Meaning
from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.tokens import Token

Piece = Token | Party
BESIDE_GROUPS: Final = frozenset(("of the", *"of the tested our these other my compared".split()))
VERSIONS: Final = frozenset("versions variants kinds types forms modes".split())
BEFORE_NAMES: Final = frozenset("the a with by then also finally".split())


def kind(piece: Piece) -> str:
    """A token's kind, or 'party'."""
    return "party" if isinstance(piece, Party) else piece.kind


def with_parties(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The tokens with each list of names, and each group, in one piece."""
    return _with_quantifiers(_with_exceptions(list(_joined(tokens))))


def _joined(tokens: Sequence[Token]) -> Iterator[Piece]:
    index = 0
    while index < len(tokens):
        token = tokens[index]
        named = index + 1
        while named < len(tokens) and tokens[named].text.casefold() in ("the", "of the", "of", "with"):
            named += 1
        following = tokens[named] if named < len(tokens) else None
        if token.kind == "name":
            index, party = _list(tokens, index)
            yield party
        elif (
            token.text.casefold() == "only"
            and named == index + 1
            and following is not None
            and following.kind == "name"
        ):
            index, party = _list(tokens, named)
            yield replace(party, alone=True)
        elif (
            token.kind == "group"
            and following is not None
            and following.kind == "name"
            and token.meaning.note in ("all", "none")
        ):
            index, party = _list(tokens, named)
            alone = len(party.names) == 1 and token.meaning.note == "all"  # 'both ResNet variants'
            yield replace(party, nobody=token.meaning.note == "none", every=alone)
        elif token.kind == "group":
            start = index
            index += 1
            while index < len(tokens) and _describes_a_group(tokens[index]):
                index += 1
            if token.meaning.note == "all" and _are_versions_of(tokens[index - 2 : index + 1]):
                yield Party(tokens[index].names, every=True)  # 'both versions of X'
                index += 1
                continue
            group: Literal["all", "others"] = (
                "others" if any(each in token.text for each in ("other", "rest", "else")) else "all"
            )
            if token.meaning.note == "others":
                group = "others"
            told_apart = index < len(tokens) and tokens[index].kind in ("unknown", "compare", "extreme", "same")
            if told_apart and index + 1 < len(tokens) and tokens[index + 1].kind == "thing":
                yield Token(
                    tokens[index].text, Meaning("unknown")
                )  # 'both larger networks': which these are is not known
                index += 1
            else:
                some = int(token.meaning.note.partition("some ")[2] or 0)
                only = bool(some) and any(
                    each.text.casefold() in ("only", "just") for each in tokens[max(0, start - 1) : start]
                )
                nobody = token.meaning.note == "none"
                yield Party(group=group, size=int(token.meaning.size), nobody=nobody, alone=only, some=some)
        elif token.kind == "first" and following is not None and following.kind in ("unknown", "thing"):
            yield replace(token, meaning=Meaning("narrow"))
            index += 1
        elif token.kind == "rank" and following is not None and following.kind in ("unknown", "thing", "number"):
            yield replace(token, meaning=Meaning("unknown"))
            index += 1
        else:
            yield token
            index += 1


def _are_versions_of(tokens: Sequence[Token]) -> bool:
    """'[both] versions of X'"""
    named = [token.kind for token in tokens] == ["thing", "of", "name"] and tokens[0].text.casefold() in VERSIONS
    return named and len(tokens[-1].names) == 1


def _describes_a_group(token: Token) -> bool:
    """'all [of the tested networks]'"""
    return token.kind == "thing" or token.text.casefold() in BESIDE_GROUPS


def _with_quantifiers(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Names and the word that says 'all of them' in one piece: 'A and B both', 'A, B and C all'."""
    held: Party | None = None
    for piece in pieces:
        if held is not None and isinstance(piece, Party) and _sums_up(piece, held):
            continue
        if held is not None:
            yield held
        held = piece if isinstance(piece, Party) else None
        if held is None:
            yield piece
    if held is not None:
        yield held


def _sums_up(group: Party, named: Party) -> bool:
    plain = group.group == "all" and not group.nobody and not group.without
    return plain and bool(named.names) and group.size in (0, len(named.names))


def _list(tokens: Sequence[Token], start: int) -> tuple[int, Party]:
    """The list of names that begins at `start`, and where it ends.

    'A and B', 'A, B and C', 'A / B'. 'A, B' alone is none, and ', and' between two begins something new.
    """
    names = [tokens[start].names]
    index, commas, end = start + 1, 0, start + 1
    either, joined_by_or, taken = False, False, 1
    while index < len(tokens):
        while index < len(tokens) and tokens[index].kind == "thing":
            index += 1  # 'the deeper [network] and the wider one'
        if index == len(tokens):
            break
        comma = tokens[index].text == ","
        joint = index + comma
        joined = joint < len(tokens) and (tokens[joint].kind in ("and", "or") or tokens[joint].text == "/")
        name_at = joint + joined
        while name_at < len(tokens) and tokens[name_at].text.casefold() in BEFORE_NAMES:
            name_at += 1
        if (
            name_at >= len(tokens)
            or tokens[name_at].kind != "name"
            or _is_layer(tokens[name_at]) != _is_layer(tokens[start])  # 'in layer 3, A and B ...'
            or not (comma or joined)
            or (comma and joined and not commas)
        ):
            break
        names.append(tokens[name_at].names)
        index = name_at + 1
        commas += comma
        if joined:
            joined_by_or = joined_by_or or tokens[joint].kind == "or"
            end, taken, either = index, len(names), joined_by_or
    return end, Party(tuple(dict.fromkeys(name for each in names[:taken] for name in each)), either=either)


def _is_layer(token: Token) -> bool:
    return any(name.startswith(LAYER) for name in token.names)


def _with_exceptions(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """'all optimizers except SGD' in one piece; 'SGD (not Adam)' keeps its own."""
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        rest = pieces[index + 1 : index + 3]
        if (
            isinstance(piece, Party)
            and piece.group
            and len(rest) == 2
            and kind(rest[0]) == "except"
            and isinstance(rest[1], Party)
        ):
            yield Party(group=piece.group, without=rest[1].names, nobody=piece.nobody)
            index += 3
        elif isinstance(piece, Token) and piece.text.casefold() == "all but" and rest and isinstance(rest[0], Party):
            yield Party(group="all", without=rest[0].names)
            index += 2
        else:
            yield piece
            index += 1
