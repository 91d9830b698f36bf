"""Asides: 'unlike X, Y ...' is about Y; 'replacing X with Y' is about Y, compared with X."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from autograder.handed_in.claims.clause.clauses import HEADS
from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.mentions import WITHOUT

REACH: Final = 7  # how many pieces after the word that opens an aside its party may be
LEADS_TO_A_NAME: Final = Token("", Meaning("with"))


@dataclass(frozen=True)
class Opening:
    """A piece that may open an aside: its place in the clause, and what was kept of the clause so far."""

    pieces: Sequence[Piece]
    index: int
    kept: Sequence[Piece]

    @property
    def piece(self) -> Piece:
        return self.pieces[self.index]

    @cached_property
    def ahead(self) -> list[tuple[int, Party]]:
        """The parties that come soon, with their places."""
        soon = enumerate(self.pieces[self.index + 1 : self.index + 1 + REACH], self.index + 1)
        return [(at, each) for at, each in soon if isinstance(each, Party)]

    @property
    def is_without(self) -> bool:
        return isinstance(self.piece, Token) and self.piece.text.casefold() == "without"

    @property
    def party_before(self) -> Party | None:
        return self.kept[-1] if self.kept and isinstance(self.kept[-1], Party) else None


@dataclass(frozen=True)
class Read:
    """An aside that was read: what is kept now, the index of the next piece, and who is compared with whom."""

    kept: Sequence[Piece]
    index: int
    compared: Mapping[tuple[str, ...], Party] = field(default_factory=dict)


def without_asides(pieces: Sequence[Piece]) -> tuple[list[Piece], dict[tuple[str, ...], Party]]:
    """The pieces without 'unlike X'; 'replacing X with Y' and 'adding Y to X' become Y, compared with X."""
    kept: Sequence[Piece] = []
    compared: dict[tuple[str, ...], Party] = {}
    index = 0
    while index < len(pieces):
        opening = Opening(pieces, index, kept)
        read = next((read for reader in READERS if (read := reader(opening)) is not None), None) or _no_aside(opening)
        kept, index = read.kept, read.index
        compared.update(read.compared)
    return list(kept), compared


def _no_aside(opening: Opening) -> Read:
    kept = opening.kept if kind(opening.piece) == "adding" else [*opening.kept, opening.piece]
    return Read(kept, opening.index + 1)


def _with_and_without(opening: Opening) -> Read | None:
    """'SGD with and without momentum'"""
    both = isinstance(opening.piece, Token) and opening.piece.meaning.note == "both"
    if not both or not opening.ahead or opening.ahead[0][0] > opening.index + 2:
        return None
    at, added = opening.ahead[0]
    before = opening.kept[:-1] if opening.party_before else [*opening.kept, LEADS_TO_A_NAME]
    names = (*added.names, *(f"{WITHOUT}{name}" for name in added.names))
    return Read([*before, Party(names)], at + 1)


def _without_somebody(opening: Opening) -> Read | None:
    """'without momentum, SGD ...', 'the variant without momentum'; 'SGD without momentum' is SGD."""
    if kind(opening.piece) != "aside" or not opening.is_without:
        return None
    if not opening.ahead or opening.ahead[0][0] != opening.index + 1:
        return None
    at, left_out = opening.ahead[0]
    if not _follows_nobody(opening.kept):
        return Read(opening.kept, at + 1) if opening.party_before else None
    after = opening.pieces[at + 1 : at + 3]
    kinds = [kind(each) for each in after]
    if kinds != ["boundary", "party"] and kinds[:1] != ["party"]:
        return Read([*opening.kept, Party(tuple(f"{WITHOUT}{name}" for name in left_out.names))], at + 1)
    compared = {after[-1].names: left_out} if isinstance(after[-1], Party) else {}
    return Read(opening.kept, at + 1 + (kinds[0] == "boundary"), compared)


def _toward_a_layer(opening: Opening) -> Read | None:
    """'shrink towards the first layer': there, compared with the other end."""
    if kind(opening.piece) != "toward" or not opening.ahead or opening.ahead[0][0] > opening.index + 3:
        return None
    at, end = opening.ahead[0]
    if not end.names or not end.names[0].startswith(LAYER):
        return None
    other = f"{LAYER}last" if end.names[0] == f"{LAYER}1" else f"{LAYER}1"
    return Read([*opening.kept, LEADS_TO_A_NAME, end], at + 1, {end.names: Party((other,))})


def _instead_of_somebody(opening: Opening) -> Read | None:
    """'X instead of Y', 'unlike Y, X ...'"""
    if kind(opening.piece) != "aside" or opening.is_without:
        return None
    if head := _up_to_a_head(opening.pieces, opening.index):
        return Read(opening.kept, head)  # 'instead of X', which is not among what is compared
    if not opening.ahead:
        return None
    at, other = opening.ahead[0]
    comma = at + 1 < len(opening.pieces) and kind(opening.pieces[at + 1]) == "boundary"
    compared = {opening.party_before.names: other} if opening.party_before else {}
    return Read(opening.kept, at + 1 + comma, compared)


def _replacing_something(opening: Opening) -> Read | None:
    """'replacing the optimizer with X': what is replaced is not among what is compared."""
    if kind(opening.piece) != "replacing" or len(opening.ahead) != 1:
        return None
    at, new = opening.ahead[0]
    links = [kind(each) for each in opening.pieces[opening.index : at]]
    return Read([*opening.kept, new], at + 1) if "with" in links or "by" in links else None


def _from_one_to_another(opening: Opening) -> Read | None:
    """'replacing X with Y', 'going from X to Y', 'adding Y to X'"""
    opened_by = kind(opening.piece)
    if opened_by not in ("replacing", "switching", "adding", "from") or len(opening.ahead) < 2:
        return None
    (first, one), (at, two) = opening.ahead[:2]
    links = {kind(each) for each in opening.pieces[first:at]}
    if opened_by == "adding" and "to" in links:
        one, two = two, one
    elif opened_by == "adding" or not links & ({"with", "by", "to"} if opened_by == "replacing" else {"to"}):
        return Read([*opening.kept, opening.piece], opening.index + 1)
    kept = list(opening.kept)
    if any(kind(each) in ("compare", "change") for each in kept):
        kept.append(LEADS_TO_A_NAME)  # 'gets larger from A to B'
    return Read([*kept, two], at + 1, {two.names: one})


def _follows_nobody(found: Sequence[Piece]) -> bool:
    """Whether 'without X' refers to somebody: 'the variant without X', 'without X, ...', but not 'SGD without X'."""
    return all(kind(piece) == "plain" for piece in found) or kind(found[-1]) in ("thing", "than")


def _up_to_a_head(pieces: Sequence[Piece], index: int) -> int:
    """The place of the next head, if nobody is named before it; else 0."""
    for at in range(index + 1, len(pieces)):
        if isinstance(pieces[at], Party):
            return 0
        if kind(pieces[at]) in HEADS:
            return at
    return 0


READERS: Final[tuple[Callable[[Opening], Read | None], ...]] = (
    _with_and_without,
    _without_somebody,
    _toward_a_layer,
    _instead_of_somebody,
    _replacing_something,
    _from_one_to_another,
)
