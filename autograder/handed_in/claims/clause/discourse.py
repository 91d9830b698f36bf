"""What a sentence may refer to: who was mentioned, which quantity, what was claimed; and the resolution of pronouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.handed_in.claims.clause.clauses import HEADS
from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.relations import Claim, Of, Order, Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.mentions import WITHOUT
from autograder.handed_in.numbers import Quantity


@dataclass(frozen=True)
class Discourse:
    """What pronouns and short clauses depend on.

    `subject`: who was mentioned last; `pair`: the last two; `quantities`: the last quantities; `claims`: those of the last clause
    that had any; `changed`: what the last verb of change was about; `goal`: up to which value epochs were counted;
    `uncertain`: the last clause did not state a result; `early`: it was about the first epochs; `error`: it was about
    errors, so that 2.2 % are 97.8 % right; `split`: about the training set; `announced`: the quantities of a clause that
    named nobody: 'in the training loss it is different: X is best'.
    """

    subject: Party | None = None
    pair: tuple[str, str] | None = None
    quantities: tuple[Quantity, ...] = ()
    claims: tuple[Claim, ...] = ()
    changed: Of | None = None
    goal: float | None = None
    uncertain: bool = False
    early: bool = False
    error: bool = False
    split: bool = False
    announced: tuple[Quantity, ...] = ()


def resolved(pieces: Sequence[Piece], discourse: Discourse) -> list[Piece]:
    """The pieces with pronouns resolved, if the text has said whom they mean. One that refers to its own clause's subject
    is left out."""
    found: list[Piece] = []
    nobody = not any(isinstance(piece, Party) and piece.names for piece in pieces)
    for index, piece in enumerate(pieces):
        if isinstance(piece, Party) and piece.group == "others" and nobody and discourse.subject is not None:
            piece = replace(piece, without=piece.without or discourse.subject.names)
        if not isinstance(piece, Token) or piece.kind != "pronoun":
            found.append(piece)
            continue
        named = any(isinstance(each, Party) for each in found)
        soon = [kind(each) for each in pieces[index + 1 : index + 5]]
        named_soon = (
            "party" in soon and not set(soon[: soon.index("party")]) & HEADS
        )  # 'it took X the longest', 'it is X that'
        party = _meant(piece.meaning.note, discourse)
        possessive = piece.text.casefold() in ("its", "their", "them", "itself")
        beaten = found and kind(found[-1]) == "beat" and party is not None and party not in found  # 'both surpassed it'
        if not beaten and ((possessive and named) or (piece.text.casefold() == "it" and (named or named_soon))):
            continue
        if found and kind(found[-1]) == "with" and party is not None and piece.meaning.note == "it":
            party = replace(
                party, names=tuple(name.removeprefix(WITHOUT) for name in party.names)
            )  # 'without X ..., with it'
        found.append(party or Token(piece.text, Meaning("unknown")))
    return found


def _meant(note: str, discourse: Discourse) -> Party | None:
    subject, pair = discourse.subject, discourse.pair
    match note:
        case "it" if subject is None:
            return Party(group="all", size=1)
        case "it":
            return subject if subject is not None and len(subject.names) == 1 else None
        case "they":
            if subject is not None and len(subject.names) > 1:
                return replace(subject, nobody=False)
            compared = any(isinstance(claim, Order) and claim.subject == subject for claim in discourse.claims)
            return Party(pair) if pair and not compared else None  # 'the 5x5 kernels are slower than X, but they ...'

        case "former":
            return Party((pair[0],)) if pair else None
        case "latter":
            return Party((pair[1],)) if pair else None
    return None
