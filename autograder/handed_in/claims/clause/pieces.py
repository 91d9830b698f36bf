"""The tokens of a sentence, with each list of names and each group as one piece: a party."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.meanings import Meaning

Piece = Token | Party
Found = tuple[Piece, int]  # what was read, and the place after it
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
        found = next((found for reader in READERS if (found := reader(tokens, index)) is not None), None)
        piece, index = found or (tokens[index], index + 1)
        yield piece


def _names(tokens: Sequence[Token], start: int) -> Found | None:
    """'A, B and C'"""
    return _list(tokens, start) if tokens[start].kind == "name" else None


def _only_names(tokens: Sequence[Token], start: int) -> Found | None:
    """'only A and B'"""
    if tokens[start].text.casefold() != "only" or _kind_at(tokens, start + 1) != "name":
        return None
    party, end = _list(tokens, start + 1)
    return replace(party, alone=True), end


def _names_with_a_quantifier(tokens: Sequence[Token], start: int) -> Found | None:
    """'both A and B', 'neither of A and B', 'both ResNet variants'"""
    note, named = tokens[start].meaning.note, _next_word(tokens, start)
    if tokens[start].kind != "group" or note not in ("all", "none") or _kind_at(tokens, named) != "name":
        return None
    party, end = _list(tokens, named)
    return replace(party, nobody=note == "none", every=note == "all" and len(party.names) == 1), end


def _all_versions(tokens: Sequence[Token], start: int) -> Found | None:
    """'both versions of A'"""
    if tokens[start].kind != "group" or tokens[start].meaning.note != "all":
        return None
    end = _end_of_group(tokens, start)
    if not _are_versions_of(tokens[max(0, end - 2) : end + 1]):
        return None
    return Party(tokens[end].names, every=True), end + 1


def _unidentified_group(tokens: Sequence[Token], start: int) -> Found | None:
    """'both larger networks': the words do not say which these are."""
    if tokens[start].kind != "group":
        return None
    end = _end_of_group(tokens, start)
    if _kind_at(tokens, end) not in ("unknown", "compare", "extreme", "same") or _kind_at(tokens, end + 1) != "thing":
        return None
    return Token(tokens[end].text, Meaning("unknown")), end + 1


def _group(tokens: Sequence[Token], start: int) -> Found | None:
    """'all three', 'the other networks', 'none of them', 'only two of the three'"""
    token, note = tokens[start], tokens[start].meaning.note
    if token.kind != "group":
        return None
    others = note == "others" or any(each in token.text for each in ("other", "rest", "else"))
    some = int(note.partition("some ")[2] or 0)
    only = some > 0 and start > 0 and tokens[start - 1].text.casefold() in ("only", "just")
    party = Party(
        group="others" if others else "all",
        size=int(token.meaning.size),
        nobody=note == "none",
        alone=only,
        some=some,
    )
    return party, _end_of_group(tokens, start)


def _first_of_something(tokens: Sequence[Token], start: int) -> Found | None:
    """'the first [run]': an early one, not who was first"""
    if tokens[start].kind != "first" or _kind_at(tokens, _next_word(tokens, start)) not in ("unknown", "thing"):
        return None
    return replace(tokens[start], meaning=Meaning("narrow")), start + 1


def _rank_of_something(tokens: Sequence[Token], start: int) -> Found | None:
    """'the second [attempt]': one of a series, not who came second"""
    following = _kind_at(tokens, _next_word(tokens, start))
    if tokens[start].kind != "rank" or following not in ("unknown", "thing", "number"):
        return None
    return replace(tokens[start], meaning=Meaning("unknown")), start + 1


# The first that applies to a place decides; what none of them reads stays a token.
READERS: Final[tuple[Callable[[Sequence[Token], int], Found | None], ...]] = (
    _names,
    _only_names,
    _names_with_a_quantifier,
    _all_versions,
    _unidentified_group,
    _group,
    _first_of_something,
    _rank_of_something,
)


def _kind_at(tokens: Sequence[Token], index: int) -> str:
    """The kind of the token at a place; empty past the end."""
    return tokens[index].kind if index < len(tokens) else ""


def _next_word(tokens: Sequence[Token], start: int) -> int:
    """The place of the next token, skipping articles and prepositions: 'both [of the] networks'."""
    index = start + 1
    while index < len(tokens) and tokens[index].text.casefold() in ("the", "of the", "of", "with"):
        index += 1
    return index


def _end_of_group(tokens: Sequence[Token], start: int) -> int:
    """Where a group that starts at a place ends: 'all [of the tested networks]'."""
    index = start + 1
    while index < len(tokens) and (tokens[index].kind == "thing" or tokens[index].text.casefold() in BESIDE_GROUPS):
        index += 1
    return index


def _are_versions_of(tokens: Sequence[Token]) -> bool:
    """'[both] versions of X'"""
    named = [token.kind for token in tokens] == ["thing", "of", "name"] and tokens[0].text.casefold() in VERSIONS
    return named and len(tokens[-1].names) == 1


def _with_quantifiers(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Names and the word for 'all of them' in one piece: 'A and B both', 'A, B and C all'."""
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


def _list(tokens: Sequence[Token], start: int) -> tuple[Party, int]:
    """The list of names that starts at `start`, and where it ends.

    'A and B', 'A, B and C', 'A / B'. 'A, B' alone is not a list, and ', and' between two names starts something new.
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
    return Party(tuple(dict.fromkeys(name for each in names[:taken] for name in each)), either=either), end


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
