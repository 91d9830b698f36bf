"""What a head is about: the nearest quantity, or the one that is meant if none is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.relations import Number, Of
from autograder.handed_in.claims.sentence.tokens import SIZES, Token
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity

OF_QUALITY: Final[frozenset[Quantity]] = frozenset(("train accuracy", "loss", "train loss", "gap"))  # 'best' may be of
OF_ANY_SIZE: Final[frozenset[Quantity]] = frozenset(("gap", "gradient", "loss", "train loss"))
AMOUNTS: Final = frozenset("more less fewer most least".split())
COUNTED: Final = frozenset(("as many", "as much", "as few", "as little"))
STRENGTHS: Final = frozenset("stronger weaker strongest weakest".split())
ATTRIBUTIVE: Final = frozenset(("compare", "extreme", "same", "change"))  # kinds of heads that a noun follows


def what(frame: Frame, head: int) -> Of | None:
    """The quantity that a head is about, and its direction; None if that depends on an unknown word."""
    meaning = frame.meaning(head)
    quantities, sign, good = meaning.quantities, meaning.sign or 1, meaning.good
    named = quantity_right(frame, head)
    if named is None:
        return None
    if frame.goal is not None and (set(quantities or named) & {"seconds", "epochs"}):
        return Of(("epochs",), sign, good)
    if quantities == ("gap",) and kind(frame.pieces[head]) in ("extreme", "compare") and not frame.has("pair", head):
        return None  # 'closest', of what?
    if quantities:
        quantities = _speed(frame, quantities, named)
        return with_split(frame, Of(quantities, sign, good)) if quantities else None
    flips = names_an_error(frame)
    if good and "gap" in (named or quantity_left(frame, head)) and frame.text(head) in STRENGTHS:
        good = False  # 'stronger overfitting' is more of it
    if named:
        return with_split(frame, Of(named, -sign if flips else sign, good))
    named = quantity_left(frame, head)
    if named:
        return with_split(frame, Of(named, -sign if flips else sign, good))
    if has_unknown(frame, head) or (frame.text(head).endswith("effective") and "gap" in frame.known):
        return None  # 'effective', against overfitting or for the accuracy?
    if (measured := _of_the_difference(frame, head)) is not None:
        return with_split(frame, Of(measured, sign, good))
    if frame.layer is not None or frame.within is not None:
        return Of(("gradient",), sign, good)
    if topic := _topic(frame) or (good and frame.before.announced):
        return with_split(frame, Of(topic, sign, good))
    if (units := _units(frame)) and frame.text(head) in AMOUNTS:
        return Of(units, sign, good)
    if frame.text(head) in SIZES and not set(frame.before.quantities) & OF_ANY_SIZE:
        return Of(("parameters",), sign, good)  # 'the largest network'
    if kind(frame.pieces[head]) == "change" and not good and not _in_percent(frame):
        return None
    if kind(frame.pieces[head]) == "same" and frame.text(head) in COUNTED and not frame.before.quantities:
        return None  # 'five times as many', of what?
    told = frame.before.quantities
    if good and told and set(told) <= OF_QUALITY and frame.text(0) in ("is", "was"):
        return Of(told, sign, good)  # '[a loss of 0.01,] which is better than that of X'
    if frame.before.quantities and not good and kind(frame.pieces[head]) != "change":
        return Of(frame.before.quantities, sign, good)
    if frame.text(head) in AMOUNTS:
        return None  # 'more', of what?
    alone = len(frame.known) == 1 and frame.known[0] in OF_QUALITY
    return with_split(frame, Of(frame.known if alone else ("accuracy",), sign, good))


def _of_the_difference(frame: Frame, head: int) -> tuple[Quantity, ...] | None:
    """'57 seconds less' is less time; 'a point lower' is not."""
    amount = frame.difference(head)
    units: dict[str, tuple[Quantity, ...]] = {"seconds": ("seconds",), "epochs": ("epochs",)}
    if not set(frame.before.quantities) & set(SHARES):
        units["points"] = ("accuracy",)
    return units.get(amount.number.unit) if amount is not None else None


def _units(frame: Frame) -> tuple[Quantity, ...]:
    """'561 s, that is 30 % more than X': more seconds"""
    units = {piece.number.unit for piece in frame.tokens() if piece.number is not None}
    return ("seconds",) if "seconds" in units else ()


def _topic(frame: Frame) -> tuple[Quantity, ...]:
    """'in terms of the loss, [X is best]'"""
    led = frame.circumstances and kind(frame.circumstances[0]) in ("of", "with", "by")
    named = [piece for piece in frame.circumstances if isinstance(piece, Token) and piece.kind == "quantity"]
    return named[0].meaning.quantities if led and len(named) == 1 and named[0].meaning.sign >= 0 else ()


def _speed(frame: Frame, quantities: tuple[Quantity, ...], named: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """What 'fast' is about: 'converged faster' is not 'trained faster'."""
    spoken = {each for piece in frame.tokens() if piece.kind == "quantity" for each in piece.meaning.quantities}
    if quantities == ("seconds", "epochs"):
        if "epochs" in spoken:
            return ("epochs",)
        if spoken & {"loss", "train loss", "gradient", "accuracy"} and named != ("seconds",):
            return ()
        if "seconds" in spoken or any(piece.text.startswith("train") for piece in frame.tokens()):
            return ("seconds",)
    return quantities


def quantity_right(frame: Frame, head: int) -> tuple[Quantity, ...] | None:
    """The noun after a head ('higher [final test] accuracy'), or after 'in' and 'of'; () if there is none; None if it is
    unknown."""
    attributive = kind(frame.pieces[head]) in ATTRIBUTIVE
    near = True
    for piece in frame.pieces[head + 1 :]:
        match kind(piece):
            case "quantity":
                assert isinstance(piece, Token)
                return piece.meaning.quantities
            case "unknown" if near and attributive:
                return None
            case "plain" | "degree" | "split" | "thing":
                continue
            case "boundary" | "and":
                break
            case "compare" | "extreme" | "beat" | "change" | "same" | "ratio" if attributive and not near:
                break
            case "ratio":
                break
            case "compare" | "extreme" | "change" | "same" if kind(frame.pieces[head]) == "beat":
                break
            case _:
                near = False
    return ()


def quantity_left(frame: Frame, head: int) -> tuple[Quantity, ...]:
    for piece in reversed(frame.pieces[:head]):
        if isinstance(piece, Token) and piece.kind == "quantity":
            return piece.meaning.quantities
    return ()


def quantity_near(frame: Frame, index: int) -> tuple[Quantity, ...]:
    """The quantity that a number is a value of: before it, else after it."""
    return quantity_left(frame, index) or quantity_right(frame, index) or ()


def names_an_error(frame: Frame) -> bool:
    return any(
        isinstance(piece, Token) and piece.kind == "quantity" and piece.meaning.sign < 0 for piece in frame.pieces
    )


def with_split(frame: Frame, of: Of, at: int | None = None) -> Of:
    """The same for the training set, if the clause says so; for a number at a place, if it says so after that number."""
    if at is not None and sum(piece.number is not None for piece in frame.tokens()) > 1:
        until = next((each for each in range(at + 1, len(frame.pieces)) if frame.number_at(each)), len(frame.pieces))
        if not any(kind(piece) == "split" for piece in frame.pieces[at:until]):
            return of
    goes_on = frame.before.split and not frame.parties and not any(piece.kind == "quantity" for piece in frame.tokens())
    if goes_on or any(kind(piece) == "split" for piece in (*frame.circumstances, *frame.pieces)):
        split: dict[str, Quantity] = {"accuracy": "train accuracy", "loss": "train loss"}
        if "train accuracy" not in frame.known and any(piece.text.startswith("fit") for piece in frame.tokens()):
            split["accuracy"] = "loss"  # of training, mostly
        return replace(of, quantities=tuple(split.get(each, each) for each in of.quantities))
    return of


def has_unknown(frame: Frame, head: int) -> bool:
    """Whether an unknown word may be what is compared: in the clause of the head, up to what comes after a comma."""
    begins = (i for i, piece in enumerate(frame.pieces[:head]) if kind(piece) == "boundary" or _is_that(frame, i))
    start = max(begins, default=-1)
    end = next((i for i, piece in enumerate(frame.pieces) if i > head and kind(piece) == "boundary"), len(frame.pieces))
    places = range(start + 1, end)
    return any(kind(frame.pieces[at]) in ("unknown", "setting") and not _is_a_verb(frame, at) for at in places)


def _is_a_verb(frame: Frame, at: int) -> bool:
    """'X constitutes the best': the verb is not what is compared."""
    before, after = frame.pieces[at - 1] if at else None, frame.text(at + 1)
    named = before is not None and kind(before) in ("party", "thing", "pronoun")
    return named and frame.text(at).endswith(("s", "ed", "ing")) and after in ("a", "an", "the", "its", "our")


def _is_that(frame: Frame, index: int) -> bool:
    """'what surprised me is that ...', 'which explains why ...': what comes before is not about the comparison."""
    return frame.text(index) in ("that", "why") and not any(each.at < index for each in frame.parties)


def narrowed(frame: Frame, head: int) -> bool:
    """'best for noisy data', 'best suited': a superlative in some respect."""
    return not quantity_right(frame, head) and has_unknown(frame, head)


def _in_percent(frame: Frame) -> bool:
    return any(piece.number is not None and piece.number.unit in ("percent", "points") for piece in frame.tokens())


def of_number(number: Number, named: Sequence[Quantity], known: Sequence[Quantity]) -> Of | None:
    """What a number is a value of, by the words beside it and by its unit."""
    fits: dict[str, tuple[Quantity, ...]] = {
        "percent": ("accuracy", "train accuracy", "gap"),
        "points": ("gap",),
        "seconds": ("seconds",),
        "epochs": ("epochs",),
        "": ("accuracy", "train accuracy", "loss", "train loss", "parameters", "gradient", "gap"),
    }
    possible = fits.get(number.unit, ())
    if named:
        own = number.unit in ("seconds", "epochs")  # '545k parameters, trained in 4 minutes'
        chosen = tuple(each for each in named if each in possible) or (possible if own else ())
    elif number.unit == "percent" or (number.unit == "" and 0.3 < number.value < 1 and number.step < 0.1):
        chosen = ("accuracy",) if number.unit or not {"loss", "train loss"} & set(known) else ()
    else:
        chosen = possible if len(possible) == 1 and number.unit != "points" else ()
    return Of(chosen, +1) if chosen else None
