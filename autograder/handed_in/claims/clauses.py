"""A sentence's tokens in clauses, each with what it says one thing about: lists of names joined first, then cut between heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.tokens import Token

Piece = Token | Party
HEADS: Final = frozenset(("compare", "extreme", "beat", "change", "same", "between", "followed", "first", "number"))
CONTRAST: Final = frozenset(("but", "while", "whereas", "although", "though", "even though", "yet", "however", ";", "despite", "nevertheless"))
OPENING: Final = frozenset(("although", "though", "even though", "while", "whereas", "despite"))


@dataclass(frozen=True)
class Clause:
    """Pieces with one head or several that nothing parts. `span` is the same for clauses that no 'but' parts."""

    pieces: tuple[Piece, ...]
    span: int = 0
    heads: tuple[int, ...] = field(default=())


def kind(piece: Piece) -> str:
    """A token's kind, or 'party'."""
    return "party" if isinstance(piece, Party) else piece.kind


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a sentence, in order. A part without a head stays with its neighbour, from which a boundary parts it."""
    pieces = _with_values_of_words(_with_parties(tokens))
    heads = [index for index, piece in enumerate(pieces) if kind(piece) in HEADS]
    cuts: list[tuple[int, int]] = []  # where a clause ends, and where the next begins
    for head, following in zip(heads, heads[1:], strict=False):
        cut = _cut(pieces, head, following)
        if cut is not None:
            cuts.append(cut)
    found: list[Clause] = []
    start, span = 0, 0
    opened = bool(pieces) and _says(pieces[0], OPENING)
    for end, after in [*cuts, (len(pieces), len(pieces))]:
        part = pieces[start:end]
        if isinstance(end_piece := (pieces[end] if end < len(pieces) else None), Party) and after == end:
            # a list that two clauses share: 'A beats B | and C loses'
            part = [*part, Party(end_piece.names[:-1])]
            pieces[end] = Party(end_piece.names[-1:])
        found.append(Clause(tuple(part), span, tuple(i for i, piece in enumerate(part) if kind(piece) in HEADS)))
        between = pieces[end:after]
        if any(_says(piece, CONTRAST) for piece in between) or (opened and len(found) == 1):
            span += 1
        start = after
    return found


def _says(piece: Piece, words: frozenset[str]) -> bool:
    return isinstance(piece, Token) and piece.text.casefold() in words


def _cut(pieces: Sequence[Piece], head: int, following: int) -> tuple[int, int] | None:
    """Where to part what lies between two heads: (end of the one clause, start of the next); None where nothing parts them."""
    inside = range(head + 1, following)
    strong = [i for i in inside if _is_boundary(pieces[i], "strong")]
    weak = [i for i in inside if _is_boundary(pieces[i], "weak") or kind(pieces[i]) == "and"]
    if kind(pieces[head]) == kind(pieces[following]) == "number" and not _speaks(pieces[head + 1 : following]):
        return None  # '97.8 % and 97.2 %'
    if strong:
        return strong[0], strong[0] + 1
    if weak:
        run = [i for i in weak if i + 1 in weak or i - 1 in weak]  # ', and'
        return (run[0], run[-1] + 1) if len(run) > 1 else (weak[0], weak[0] + 1)
    shared = [i for i in inside if isinstance(piece := pieces[i], Party) and len(piece.names) > 1]
    if shared and kind(pieces[following]) != "number" and kind(pieces[head]) in ("beat", "compare", "extreme"):
        return shared[-1], shared[-1]
    return None


def _speaks(pieces: Sequence[Piece]) -> bool:
    return any(kind(piece) in ("party", "pronoun") for piece in pieces)


def _is_boundary(piece: Piece, note: str) -> bool:
    return isinstance(piece, Token) and piece.kind == "boundary" and piece.meaning.note == note


def _with_parties(tokens: Sequence[Token]) -> list[Piece]:
    """The tokens with each list of names, and each group, in one piece."""
    found: list[Piece] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "name":
            end, names, either = _list(tokens, index)
            found.append(Party(names, either=either))
            index = end
        elif token.kind == "group" and following is not None and following.kind == "name" and token.meaning.note in ("all", "none"):
            end, names, _ = _list(tokens, index + 1)
            found.append(Party(names, nobody=token.meaning.note == "none"))
            index = end
        elif token.kind == "group":
            note = token.meaning.note
            group = "others" if note == "others" or "other" in token.text else "all"
            index += 1
            while index < len(tokens) and _describes_a_group(tokens[index]):
                index += 1
            found.append(Party(group=group, size=int(token.meaning.size), nobody=note == "none"))
        else:
            found.append(token)
            index += 1
    return list(_with_exceptions(found))


def _describes_a_group(token: Token) -> bool:
    """'all [of the tested networks]'"""
    return token.kind == "thing" or token.text.casefold() in ("of", "the", "of the", "tested", "our", "these", "other")


def _list(tokens: Sequence[Token], start: int) -> tuple[int, tuple[str, ...], bool]:
    """The list of names that begins at `start`: its end, the names, and whether 'or' joins them.

    'A and B', 'A, B and C', 'A / B'. 'A, B' alone is none, and ', and' between two begins something new.
    """
    names = [tokens[start].name]
    index, commas, either, end = start + 1, 0, False, start + 1
    taken = 1
    while index < len(tokens):
        comma = tokens[index].text == ","
        joint = index + comma
        joined = joint < len(tokens) and (tokens[joint].kind in ("and", "or") or tokens[joint].text == "/")
        name_at = joint + joined
        while name_at < len(tokens) and tokens[name_at].text.casefold() in ("the", "with", "then", "also", "finally"):
            name_at += 1
        if name_at >= len(tokens) or tokens[name_at].kind != "name" or not (comma or joined):
            break
        if comma and joined and commas == 0:
            break
        names.append(tokens[name_at].name)
        index = name_at + 1
        commas += comma
        if joined:
            either = either or tokens[joint].kind == "or"
            end, taken = index, len(names)
    return end, tuple(dict.fromkeys(names[:taken])), either


def _with_exceptions(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """'all optimizers except SGD' in one piece; 'SGD (not Adam)' keeps its own."""
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        rest = pieces[index + 1 : index + 3]
        if isinstance(piece, Party) and piece.group and len(rest) == 2 and kind(rest[0]) == "except" and isinstance(rest[1], Party):
            yield Party(group=piece.group, without=rest[1].names, nobody=piece.nobody)
            index += 3
        elif isinstance(piece, Token) and piece.text.casefold() == "all but" and rest and isinstance(rest[0], Party):
            yield Party(group="all", without=rest[0].names)
            index += 2
        else:
            yield piece
            index += 1


def _with_values_of_words(pieces: list[Piece]) -> list[Piece]:
    """Without words that look like a head and are none here: 'the first layer', 'the most of the time'."""
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        ordinal = isinstance(piece, Token) and piece.kind == "first" and following is not None and kind(following) == "unknown"
        if isinstance(piece, Token) and (ordinal or (piece.kind == "extreme" and following is not None and kind(following) == "of" and piece.text == "most")):
            piece = Token(piece.text, type(piece.meaning)("narrow"))
        found.append(piece)
    return found
