"""A sentence's tokens cut into clauses that each say one thing: lists of names are joined first, then the cuts are between
heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from autograder.handed_in.claims.clause.pieces import Piece, kind, with_parties
from autograder.handed_in.claims.relations import Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import NAME as LAYER

HEADS: Final = frozenset(
    "compare extreme beat change same between vanish followed first rank ratio again ranking number".split()
)
KEPT: Final = frozenset(("than", "scope", "aside", "adding", "replacing", "switching", "from", "between"))
CONTRAST: Final = frozenset(
    ("but", "while", "whereas", "although", "though", "even though", "yet", "however", ";", "despite", "nevertheless")
)
REASONS: Final = frozenset(("because", "since"))  # what follows them may be a result even if the rest is not
COMMENTS: Final = frozenset(
    ("as", "just as", "like", "which", "contrary to", "unlike", "against", "to", "in contrast to", "despite")
)
OPENING: Final = frozenset(("although", "though", "even though", "while", "whereas", "despite"))


@dataclass(frozen=True)
class Clause:
    """Pieces with one head, or several that nothing separates. `span` is the same for clauses that no 'but' separates;
    `circumstances` are not read, but may say that the clause is a conjecture. `topic` is who is named alone ahead of what is
    read: 'As for X, it ...'. `link` is the word that separates it from the clause before: 'but', 'which'."""

    pieces: tuple[Piece, ...]
    span: int = 0
    circumstances: tuple[Piece, ...] = ()
    topic: Party | None = None
    link: str = ""


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a sentence, in order. A part without a head stays with its neighbour, unless a boundary separates them."""
    pieces = list(with_parties(_without_comments(tokens)))
    heads = [index for index, piece in enumerate(pieces) if kind(piece) in HEADS]
    cuts = [cut for pair in pairwise(heads) if (cut := _cut(pieces, *pair)) is not None]
    found: list[Clause] = []
    start, span, link = 0, 0, ""
    opened = bool(pieces) and _says(pieces[0], OPENING)
    for end, after in [*cuts, (len(pieces), len(pieces))]:
        part = pieces[start:end]
        shared = pieces[end] if end < len(pieces) and after == end else None
        if isinstance(shared, Party):  # of a list, the last begins the next clause: 'A beats B | and C loses'
            part = [*part, replace(shared, names=shared.names[:-1])]
            pieces[end] = replace(shared, names=shared.names[-1:])
        kept = _kept(part)
        around = (*_ahead(part[: kept.start]), *_behind(part, kept.stop))
        found.append(Clause(tuple(part[kept]), span, around, _topic(part[: kept.start]), link))
        last = pieces[after - 1] if after > end else None
        link = last.text.casefold() if isinstance(last, Token) else ""
        if any(_says(piece, CONTRAST | REASONS) for piece in pieces[end:after]) or (opened and len(found) == 1):
            span += 1
        start = after
    return found


def _kept(pieces: Sequence[Piece]) -> slice:
    """Which pieces are read: not those after the first boundary behind the last head, nor those before a boundary ahead of the
    first head if they name nobody: a reason, a circumstance. What leads to a name is kept: 'compared to SGD, Adam was faster'."""
    heads = [index for index, piece in enumerate(pieces) if kind(piece) in HEADS]
    if not heads or any(kind(pieces[head]) == "ranking" for head in heads):
        return slice(0, len(pieces))
    end = next((i for i in range(heads[-1] + 1, len(pieces)) if _ends(pieces, i)), len(pieces))
    start = 0
    for index in range(heads[0]):
        if kind(pieces[index]) == "boundary":
            before, after = pieces[start:index], pieces[index : heads[0]]
            names = [piece for piece in before if isinstance(piece, Party)]
            led = next((kind(piece) for piece in before if kind(piece) not in ("plain", "thing")), "")
            named_after = any(
                (isinstance(piece, Party) and not _names_layers([piece])) or kind(piece) == "pronoun" for piece in after
            )
            if not names or (named_after and led not in KEPT and not _names_layers(names)):
                start = index + 1
    return slice(start, end)


def _ahead(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces ahead, from the last 'but' on."""
    contrasts = [at for at, piece in enumerate(pieces) if _says(piece, CONTRAST | REASONS)]
    return pieces[contrasts[-1] + 1 :] if contrasts else pieces


def _behind(pieces: Sequence[Piece], end: int) -> Sequence[Piece]:
    """What says when, after a comma: 'A is ahead, at least in the first epochs'. Reasons do not."""
    until = next((at for at in range(end, len(pieces)) if _is_boundary(pieces[at], "strong")), len(pieces))
    return [piece for piece in pieces[end:until] if kind(piece) == "narrow"]


def _topic(pieces: Sequence[Piece]) -> Party | None:
    named = [piece for piece in pieces if isinstance(piece, Party)]
    opens = [piece for piece in pieces if kind(piece) != "plain"][:1] == named[
        :1
    ]  # 'Adam combines momentum and ..., it'
    alone = len(named) == 1 or (bool(named) and opens and len(named[0].names) == 1)
    return named[0] if alone and named[0].names and not _names_layers(named[:1]) else None


def _names_layers(parties: Sequence[Party]) -> bool:
    return all(party.names and party.names[0].startswith(LAYER) for party in parties)


def _ends(pieces: Sequence[Piece], index: int) -> bool:
    """Whether a boundary after a head ends the clause. A comma does not if a preposition follows: 'the lowest, compared to
    SGD'."""
    if _is_boundary(pieces[index], "strong"):
        return True
    following = pieces[index + 1] if index + 1 < len(pieces) else None
    return _is_boundary(pieces[index], "weak") and not (
        following is not None and kind(following) in ("than", "by", "with")
    )


def _without_comments(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without 'as theory predicts,': the rest is a statement all the same."""
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        comma = next((at for at in range(index, len(tokens)) if tokens[at].text in (",", ".", ";")), len(tokens))
        kinds = {each.kind for each in tokens[index:comma]}
        if tokens[index].text.casefold() in COMMENTS and "conjecture" in kinds and not kinds & {*HEADS, "name"}:
            index = comma
        else:
            found.append(tokens[index])
            index += 1
    return found


def _says(piece: Piece, words: frozenset[str]) -> bool:
    return isinstance(piece, Token) and piece.text.casefold() in words


def _cut(pieces: Sequence[Piece], head: int, following: int) -> tuple[int, int] | None:
    """Where to cut between two heads: (end of the one clause, start of the next); None if nothing separates them."""
    inside = range(head + 1, following)
    if (
        any(kind(piece) == "between" for piece in pieces[max(0, head - 3) : head + 1])
        and kind(pieces[following]) == "extreme"
    ):
        return None  # 'between the best and the worst'
    strong = [i for i in inside if _is_boundary(pieces[i], "strong")]
    weak = [i for i in inside if _is_boundary(pieces[i], "weak") or kind(pieces[i]) == "and"]
    if strong:
        return strong[0], strong[0] + 1
    if kind(pieces[head]) == kind(pieces[following]) == "number" and not _speaks(pieces[head + 1 : following]):
        return None  # '97.8 % and 97.2 %'
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
