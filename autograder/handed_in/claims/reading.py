"""Sentences read into relations: clause by clause, each as a frame whose heads say what is claimed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.clause.asides import without_asides
from autograder.handed_in.claims.clause.clauses import Clause, clauses
from autograder.handed_in.claims.clause.discourse import Discourse, resolved
from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.clause.sides import with_every, without_layers
from autograder.handed_in.claims.heads import comparing, likening, sequences
from autograder.handed_in.claims.heads.alone import said_alone
from autograder.handed_in.claims.heads.between import between
from autograder.handed_in.claims.heads.certainty import is_early, is_no_result, understood
from autograder.handed_in.claims.heads.quantities import names_an_error, what
from autograder.handed_in.claims.heads.values import stated, values_in_brackets
from autograder.handed_in.claims.relations import (
    Apart,
    Claim,
    Extreme,
    Number,
    Of,
    Order,
    Party,
    Peak,
    Same,
    Stated,
    Trend,
)
from autograder.handed_in.claims.sentence.courses import peaks
from autograder.handed_in.claims.sentence.pairing import paired
from autograder.handed_in.claims.sentence.phrases import put_together
from autograder.handed_in.claims.sentence.roles import with_roles
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.sentence.trends import without_trends
from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.numbers import Quantity

EXPECTATIONS: Final = frozenset(
    """
    expect expected expects expecting expectation expectations assume assumed hope hoped hoping believe
    believed thought predicted hypothesis hypothesized guess anticipated intended wanted suspected supposed
    """.split()
)  # a sentence with these also makes statements


DIFFERING: Final = frozenset(("differ", "differs", "differed"))


def read(
    tokens: Sequence[Token], known: Sequence[Quantity], discourse: Discourse
) -> tuple[list[Claim | Trend | Peak], Discourse]:
    """The claims of a sentence, and what the next one may refer to. `known`: the quantities in the student's numbers."""
    if any(token.text == "?" for token in tokens):
        return [], replace(discourse, uncertain=False)
    found: list[Claim | Trend | Peak] = [*peaks(tokens)]
    texts = [token.text for token in tokens]
    left, trends = without_trends(paired(put_together(tokens)))
    left, values = values_in_brackets(with_roles(left), known)
    found += [*trends, *values]
    parts = clauses(left)
    doubtful = {
        each.span for each in parts if any(_is_conjecture(piece) for piece in (*each.circumstances, *each.pieces))
    }
    for before, clause in zip((None, *parts[:-1]), parts, strict=True):
        if before is not None and clause.span != before.span and before.span in doubtful:
            discourse = replace(discourse, uncertain=False)  # 'X may do this, but it does that'
        claims, discourse = _read_clause(clause, tuple(known), discourse, clause.span in doubtful)
        found += claims
    if _denies_a_reason(tokens):
        found = [claim for claim in found if not getattr(claim, "negated", False)]
    if any(one.casefold() in DIFFERING and other in ("most", "least") for one, other in itertools.pairwise(texts)):
        found = [claim for claim in found if not isinstance(claim, Extreme)]  # 'they differ most in layer 1'
    # 'higher' in the next sentence is more likely the accuracy than the gap
    quantities = () if discourse.quantities == ("gap",) else discourse.quantities
    beside = replace(discourse, uncertain=False, early=False, error=False, split=False, changed=None, announced=())
    return found, replace(beside, quantities=quantities)


def _denies_a_reason(tokens: Sequence[Token]) -> bool:
    """'X is not better because it is deeper': it may be better all the same."""
    texts = [token.text.casefold() for token in tokens]
    for at, token in enumerate(tokens):
        if token.kind == "negation":
            end = next((i for i in range(at, len(texts)) if texts[i] in (",", ".", ";", ":", "but")), len(texts))
            if "because" in texts[at:end]:
                return True
    return False


def _is_conjecture(piece: Piece) -> bool:
    return isinstance(piece, Token) and piece.kind == "conjecture" and piece.text.casefold() not in EXPECTATIONS


def _read_clause(
    clause: Clause, known: tuple[Quantity, ...], before: Discourse, doubtful: bool
) -> tuple[list[Claim], Discourse]:
    if clause.topic is not None:
        before = replace(before, subject=clause.topic)
    pieces, compared = without_asides(resolved(clause.pieces, before))
    pieces, layer, within = without_layers(with_every(pieces), compared)
    if within == Party(group="all") and before.subject is not None and before.subject.names:
        within = before.subject if not before.subject.names[0].startswith(LAYER) else within
    frame = Frame(tuple(pieces), known, before, compared, layer, within, clause.circumstances, clause.link)
    inherits = not frame.heads or not frame.named_before(frame.heads[0])
    uncertain = doubtful or is_no_result(frame) or (inherits and before.uncertain) or (before.early and not frame.heads)
    read_from = [claim for each in _of_each_quantity(frame) for claim in _claims(each)]
    told = (_weakened(claim) for claim in read_from) if _is_hardly(frame) else read_from
    found = [replace(claim, of=_placed(frame, claim.of)) for read in told if read for claim in _with_all_others(read)]
    found = understood(frame, found)
    return [] if uncertain else found, _afterwards(frame, found, uncertain)


def _claims(frame: Frame) -> Iterator[Claim]:
    """What each head of a clause claims, and what its numbers do."""
    kinds = [kind(piece) for piece in frame.pieces]
    negated = "negation" in kinds
    changes = [head for head in frame.heads if kinds[head] == "change"]
    more = [head for head in frame.heads if kinds[head] == "compare" and frame.text(head) in ("more", "less")]
    if len(changes) == len(more) == 1:
        yield from comparing.changed_more(frame, changes[0], more[0], negated)
        return
    for head in frame.heads:
        if kinds[head] in ("compare", "beat") and (gap := comparing.contrast(frame, head, negated)) is not None:
            yield gap
            continue
        match kinds[head]:
            case "compare":
                yield from comparing.compare(frame, head, negated)
            case "extreme":
                yield from comparing.extreme(frame, head, negated)
            case "beat":
                yield from comparing.beat(frame, head, negated)
            case "change":
                yield from comparing.change(frame, head, negated)
            case "same":
                yield from likening.same(frame, head, negated)
            case "between":
                yield from between(frame, head, negated)
            case "followed":
                yield from sequences.followed(frame, head)
            case "first":
                yield from sequences.first(frame, head, negated)
            case "rank":
                yield from sequences.rank(frame, head, negated)
            case "ratio":
                yield from comparing.ratio(frame, head)
            case "again":
                yield from sequences.again(frame, head, negated)
            case "ranking":
                yield from sequences.ranking(frame, head)
    yield from comparing.apposed(frame)
    yield from stated(frame, negated)
    yield from said_alone(frame, negated)


def _of_each_quantity(frame: Frame) -> Iterator[Frame]:
    """'X is better in training and test accuracy', 'in both accuracy and time' is said of each. But two accuracies that
    are the same, or apart, are about the gap."""
    kinds = {kind(piece) for piece in frame.pieces}
    heads = {kind(frame.pieces[head]) for head in frame.heads}
    own = any(frame.meaning(head).quantities == ("gap",) for head in frame.heads)  # 'furthest apart'
    if "between" in kinds or own or not heads or not heads <= {"compare", "change", "extreme", "beat"}:
        yield frame
        return
    if (listed := _two_quantities(frame.pieces)) is not None:
        first, last = listed
        for kept in listed:
            beside: list[Piece] = [Token("", Meaning("plain"))] * (last - first)
            beside.insert(kept - first, frame.pieces[kept])
            yield replace(frame, pieces=(*frame.pieces[:first], *beside, *frame.pieces[last + 1 :]))
        return
    if "pair" not in kinds:
        yield frame
        return
    for quantity in ("accuracy", "train accuracy"):
        named = Meaning("quantity", quantities=(quantity,))
        yield replace(
            frame,
            pieces=tuple(
                replace(piece, meaning=named) if isinstance(piece, Token) and piece.kind == "pair" else piece
                for piece in frame.pieces
            ),
        )


def _two_quantities(pieces: Sequence[Piece]) -> tuple[int, int] | None:
    """The places of the two in 'in accuracy and (in) time'."""
    places = [at for at, piece in enumerate(pieces) if kind(piece) == "quantity"]
    if len(places) != 2:
        return None
    inside = [kind(piece) for piece in pieces[places[0] + 1 : places[1]]]
    joined = inside.count("and") == 1 and set(inside) <= {"and", "of", "plain", "with", "to", "split"}
    return (places[0], places[1]) if joined else None


def _is_hardly(frame: Frame) -> bool:
    """'hardly better', 'hardly any faster'"""
    near = (frame.text(at) for head in frame.heads for at in range(head - 2, head))
    return any(text in ("hardly", "scarcely", "barely") for text in near)


def _weakened(claim: Claim) -> Claim | None:
    """'hardly better than X' is about as good as X."""
    if not isinstance(claim, Order):
        return claim
    return Same(claim.subject, claim.of, claim.other, True) if claim.other is not None else None


def _with_all_others(claim: Claim) -> Iterator[Claim]:
    """A claim and, if it is made of somebody alone, that it is true of no other."""
    yield claim
    if isinstance(claim, Order | Stated) and claim.subject.alone and claim.subject.names and not claim.negated:
        besides = claim.other.names if isinstance(claim, Order) and claim.other is not None else ()
        yield replace(claim, subject=Party(group="all", without=(*claim.subject.names, *besides), nobody=True))


def _placed(frame: Frame, of: Of) -> Of:
    """What is compared, with the layer and the goal that the clause names."""
    if of.goal is None:
        of = replace(of, goal=_share(frame.goal))
    of = replace(of, error=names_an_error(frame) and of.quantities == ("accuracy",))
    if of.within is not None:
        return of
    if any(kind(piece) == "everywhere" for piece in (*frame.circumstances, *frame.pieces)):
        return replace(of, everywhere=True, quantities=("gradient",))
    if frame.layer is None and frame.within is None:
        return of
    slow = bool({"seconds", "epochs"} & set(of.quantities))  # 'the first layer learns slower' has less of the gradient
    sign = -of.sign if slow else of.sign
    return replace(of, sign=sign, at=frame.layer, within=frame.within, quantities=("gradient",))


def _share(number: Number | None) -> float | None:
    return None if number is None else number.value / (100 if number.value > 1 else 1)


def _compared(claims: Sequence[Claim]) -> tuple[str, str] | None:
    """The two in the last comparison; the first may have been named in a clause before."""
    pairs = [(claim.subject.names, claim.other.names) for claim in claims if isinstance(claim, Order) and claim.other]
    return next(((one[0], other[0]) for one, other in reversed(pairs) if len(one) == len(other) == 1), None)


def _afterwards(frame: Frame, claims: Sequence[Claim], uncertain: bool) -> Discourse:
    """What the next clause may refer to."""
    before = frame.before
    named = [each.party for each in frame.parties if each.party.names]
    spoken_of = [each.party for each in frame.parties if each.party.names and each.lead != "than"]
    names = tuple(dict.fromkeys(name for party in named for name in party.names))
    subjects = [claim.subject for claim in claims if not isinstance(claim, Apart) and claim.subject.names]
    changes = [
        of for head in frame.heads if kind(frame.pieces[head]) == "change" and (of := what(frame, head)) is not None
    ]
    counted = any(piece.number for piece in frame.tokens())
    spoken = [each for piece in frame.tokens() if piece.kind == "quantity" for each in piece.meaning.quantities]
    return Discourse(
        subject=subjects[-1] if subjects else spoken_of[0] if spoken_of else before.subject,
        pair=(names[0], names[1]) if len(names) == 2 else _compared(claims) or before.pair,
        quantities=claims[-1].of.quantities if claims else tuple(dict.fromkeys(spoken)) or before.quantities,
        claims=tuple(claims) or before.claims,
        changed=changes[-1] if changes else before.changed,
        goal=_share(frame.goal) or next((claim.of.goal for claim in claims if claim.of.goal is not None), before.goal),
        uncertain=uncertain,
        early=is_early(frame),
        announced=() if claims or frame.parties or counted else tuple(dict.fromkeys(spoken)) or before.announced,
        split=any(kind(piece) == "split" for piece in frame.pieces),
        error=names_an_error(frame) or (before.error and not any(piece.kind == "quantity" for piece in frame.tokens())),
    )
