"""Values that a text assigns to somebody: 'Adam reached 97.6 %', 'ReLU (97.8 %)', 'A and B reached 97 % and 98 %'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.heads.certainty import LONG_TRAINING
from autograder.handed_in.claims.heads.quantities import (
    names_an_error,
    of_number,
    quantity_left,
    quantity_near,
    with_split,
)
from autograder.handed_in.claims.relations import Amount, Apart, Claim, Number, Of, Order, Party, Stated
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.numbers import Quantity


def values_in_brackets(tokens: list[Token], known: Sequence[Quantity]) -> tuple[list[Token], list[Claim]]:
    """The tokens without brackets, and the values in them; these belong to the name before: 'ReLU (97.8 %)'."""
    kept: list[Token] = []
    found: list[Claim] = []
    inside: list[Token] = []
    depth = 0
    tokens = _with_brackets(tokens)
    for index, token in enumerate(tokens):
        if token.text == "(":
            depth += 1
            inside = []
        elif token.text == ")" and depth:
            depth -= 1
            numbers = [each for each in inside if each.number]
            light = all(each.kind in ("number", "quantity", "plain", "bound", "boundary") for each in inside)
            if (
                kept
                and kept[-1].kind == "quantity"
                and len(numbers) == 1
                and light
                and (owner := _comes_from(tokens, index))
            ):
                kept_number = numbers[0].number
                if kept_number and (of := of_number(kept_number, kept[-1].meaning.quantities, known)):
                    found.append(
                        Stated(owner, of, Amount(kept_number, about=any(each.kind == "bound" for each in inside)))
                    )
            owners = _nearest_name(kept)
            if owners and numbers and light:
                about = any(each.kind == "bound" for each in inside)
                for each in numbers:
                    near = (*inside, *reversed(kept[-4:]))  # 'the loss of X (0.02)'
                    named = next((q.meaning.quantities for q in near if q.kind == "quantity"), ())
                    if each.number and (of := of_number(each.number, named, known)) and len(numbers) <= 2:
                        found.append(Stated(Party(owners[:1]), of, Amount(each.number, about=about)))
        elif depth:
            inside.append(token)
        else:
            kept.append(token)
    return (kept if not depth else tokens), found


def _nearest_name(kept: Sequence[Token]) -> tuple[str, ...]:
    """The owner of a number in brackets: the name right before it, or the only name, as in 'X learned nothing (11 %)'."""
    if kept and kept[-1].kind == "name":
        return kept[-1].names
    start = max((at for at, token in enumerate(kept) if token.kind == "boundary"), default=-1) + 1
    named = [token for token in kept[start:] if token.kind == "name"]
    plain = all(token.kind in ("name", "plain", "thing", "negation") for token in kept[start:])
    return named[0].names if plain and len(named) == 1 else ()


def _comes_from(tokens: Sequence[Token], index: int) -> Party | None:
    """'the best accuracy (72.2 %) [comes from X]'"""
    end = next((at for at in range(index + 1, len(tokens)) if tokens[at].kind == "boundary"), len(tokens))
    named = [token for token in tokens[:end] if token.kind in ("name", "pronoun", "group")]
    best = any(token.kind == "extreme" and token.meaning.size == 1 for token in tokens[:index])
    whose = named[0] if best and len(named) == 1 and named[0] in tokens[index:end] else None
    return Party(whose.names) if whose is not None and len(whose.names) == 1 else None


def _with_brackets(tokens: list[Token]) -> list[Token]:
    """The tokens with brackets around numbers between commas: 'the best result, 97.99 %, comes from X'."""
    found = list(tokens)
    for index, token in enumerate(tokens):
        if token.number is None or not 0 < index < len(tokens) - 2:
            continue
        listed = tokens[index + 2].number is not None or (index > 1 and tokens[index - 2].number is not None)
        if tokens[index - 1].text == tokens[index + 1].text == "," and not listed:
            found[index - 1] = replace(tokens[index - 1], text="(")
            found[index + 1] = replace(tokens[index + 1], text=")")
    return found


def stated(frame: Frame, negated: bool) -> Iterator[Claim]:
    """Values beside names: 'Adam reached 97.6 %', 'A and B reached 97 % and 98 %, respectively', '93 % for A'."""
    heads = {kind(frame.pieces[head]) for head in frame.heads}
    own = any(frame.is_own_best(head, frame.right_of(head)) for head in frame.heads)
    if heads & {"between", "first", "same", "ratio"} or own:
        return
    places = [index for index in range(len(frame.pieces)) if frame.is_value(index)]
    numbers = [(index, number) for index in places if (number := frame.number_at(index)) is not None]
    if near := next(
        (index for index, number in numbers if number.unit != "epochs" and frame.is_within(index)),
        None,
    ):
        yield from _within_reach(frame, near)
        return
    if (reached := _reached(frame, numbers)) is not None:
        yield from _epochs_until(frame, reached, places, negated)
        if reached.early:
            return
    if (pair := _side_by_side(frame)) is not None:
        yield from pair
        return
    values = [_value_of(frame, index) for index in places]
    of_different = len(set(values)) == len(places)
    owners = _shared_out(
        [_owner(frame, index, bool(heads)) for index in places], [number for _, number in numbers], of_different
    )
    for owner, of, (index, number) in zip(owners, values, numbers, strict=True):
        amount = frame.amount_at(index)
        if of is None or owner is None or amount is None or _is_against_another(frame, index):
            continue
        if number.unit == "seconds" and _is_a_price(frame, index):
            continue
        if names_an_error(frame) or (frame.before.error and not quantity_near(frame, index)):
            if number.unit != "percent" and number.value > 1:
                continue  # '212 mistakes'
            amount = _of_the_right_ones(amount)
        if number.unit == "epochs" and frame.is_a_time(index):
            if frame.before.goal is None or frame.goal is not None:
                continue
            of = replace(of, goal=frame.before.goal)  # 'got there in 4 epochs'
        layered = of.quantities == ("gradient",) and _over_layers(frame)
        if layered and (named := [each.party for each in frame.parties if each.party.names]) and len(named) == 1:
            owner, of = Party(group="all"), replace(of, within=named[0])
        yield Stated(owner, of, amount, negated)


def _over_layers(frame: Frame) -> bool:
    """'the gradients of X are all above 0.001', 'stay above 0.001 in every layer'"""
    every = any(kind(piece) == "everywhere" for piece in frame.pieces)
    return every or [each.party.group for each in frame.parties if not each.party.names] == ["all"]


def _value_of(frame: Frame, index: int) -> Of | None:
    """What the number at a place is a value of."""
    number = frame.number_at(index)
    named = quantity_near(frame, index)
    last = frame.before.claims[-1] if frame.before.claims else None
    gained = isinstance(last, Order) and last.amount is not None
    if number is None or (gained and not named and not number.unit):
        return None  # '[X gains 0.1 points and] Y 0.2'
    if not named and (number.unit == "" or (number.unit == "points" and frame.before.quantities == ("gap",))):
        named = frame.before.quantities
    of = of_number(number, named, frame.known)
    return with_split(frame, of, index) if of is not None else None


def _is_a_price(frame: Frame, index: int) -> bool:
    """'two points for half a minute': that much more, not in total"""
    paid = any(frame.text(at) == "for" for at in range(max(0, index - 3), index))
    return paid and any(piece.number is not None and piece.number.unit == "points" for piece in frame.tokens())


def _of_the_right_ones(amount: Amount) -> Amount:
    """An error as an accuracy: '2.2 %' as 97.8 %."""
    number = amount.number
    whole = 100.0 if number.unit == "percent" or number.value > 1 else 1.0
    return replace(amount, number=replace(number, value=whole - number.value), bound=-amount.bound)


def _side_by_side(frame: Frame) -> list[Claim] | None:
    """'[A is faster than B,] 93 seconds compared with 121', '93 seconds against 121 for B': the first number is the subject's."""
    against = (at for at in range(len(frame.pieces)) if frame.number_at(at) and _is_against_another(frame, at))
    at = next(against, None)
    if at is None:
        return None
    last = frame.before.claims[-1] if frame.before.claims else None
    behind = [each.party for each in frame.parties if each.at > at + 2]
    subject = frame.who(at) if behind else None
    other = behind[0] if behind else None
    if not frame.parties and isinstance(last, Order) and last.other is not None and not last.negated:
        subject, other = last.subject, last.other
    one, two = frame.amount_at(at), frame.amount_at(at + 2)
    if (
        subject is None
        or other is None
        or one is None
        or two is None
        or len(subject.names) != 1
        or len(other.names) != 1
    ):
        return []
    of = of_number(two.number, quantity_near(frame, at), frame.known) or of_number(one.number, (), frame.known)
    return [Stated(subject, of, one), Stated(other, of, replace(two, bound=0))] if of is not None else []


def _is_against_another(frame: Frame, index: int) -> bool:
    """'97.8 % against 97.9 %': it does not say whose each is."""
    after = frame.pieces[index + 1 : index + 3]
    return len(after) == 2 and kind(after[0]) == "than" and frame.number_at(index + 2) is not None


def _shared_out(owners: Sequence[Party | None], numbers: Sequence[Number], of_different: bool) -> list[Party | None]:
    """Who has which of several numbers with the same owners: one each, or nobody if that is unclear."""
    party = owners[0] if owners else None
    if party is None or len(numbers) < 2 or len(set(owners)) > 1:
        return list(owners)
    if len(party.names) == len(numbers):
        return [Party((name,)) for name in party.names]
    clear = (of_different or len({number.unit for number in numbers}) == len(numbers)) and len(party.names) <= 1
    return list(owners) if clear else [None] * len(numbers)


@dataclass(frozen=True)
class _Reached:
    """'reached 95 % in 6 epochs': the epochs, their place, and the value as a share."""

    epochs: Number
    at: int
    goal: float

    @property
    def early(self) -> bool:
        return self.epochs.value < LONG_TRAINING


def _reached(frame: Frame, numbers: Sequence[tuple[int, Number]]) -> _Reached | None:
    epochs = [(index, number) for index, number in numbers if number.unit == "epochs" and frame.is_a_time(index)]
    values = [number.value / 100 for _, number in numbers if number.unit == "percent"]
    return _Reached(epochs[0][1], epochs[0][0], values[0]) if len(epochs) == len(values) == 1 else None


def _epochs_until(frame: Frame, reached: _Reached, places: Sequence[int], negated: bool) -> Iterator[Claim]:
    """'in 6 epochs' is that many, 'after 6 epochs' at most that many, 'not after 6 epochs' more."""
    owners = (_owner(frame, index, False) for index in (reached.at, *places))
    owner = next((each for each in owners if each is not None), None)
    exact = "in" in (frame.text(reached.at - 1), frame.text(reached.at - 2))
    about = reached.early and not any(piece.text.casefold() in ("had", "was", "were") for piece in frame.tokens())
    bound = 1 if negated else 0 if exact or about else -1
    if owner is not None:
        yield Stated(owner, Of(("epochs",), +1, goal=reached.goal), Amount(reached.epochs, bound, about and not exact))


def _owner(frame: Frame, index: int, headed: bool) -> Party | None:
    """Whose value a number is: whoever is named after it with 'for' or 'with', else whoever is named before it."""
    behind = [each for each in frame.pieces[index + 1 : index + 5] if kind(each) not in ("plain", "thing", "quantity")]
    if len(behind) > 1 and kind(behind[0]) in ("with", "by") and isinstance(party := behind[1], Party):
        return party
    before = [each for each in frame.parties if each.at < index and each.lead not in ("than", "scope")]
    if any(kind(each) == "than" for each in frame.pieces[max(0, index - 3) : index]):
        return None
    if len(before) > 1 and before[-1].party.group == "all" and before[-1].party.size == len(before[-2].party.names):
        before = before[:-1]  # 'A and B are both below 75 %'
    if before:
        return before[-1].party if len(before) == 1 or not headed else None
    alone = sum(frame.number_at(at) is not None for at in range(len(frame.pieces))) == 1 and quantity_left(frame, index)
    told = quantity_near(frame, index) == ("gap",) or alone  # 'the training accuracy stays below 90 %', of the only one
    if frame.starts_bare(index) and not (frame.before.subject is None and told):
        return frame.before.subject
    return Party(group="all", size=1) if frame.speaks_of_the_only_one(index) else None


def _within_reach(frame: Frame, index: int) -> Iterator[Claim]:
    """'all three are within 0.1 %', 'A is within a point of B'"""
    parties = [each.party for each in frame.parties]
    amount = frame.amount_at(index)
    if not parties or amount is None or amount.number.unit == "epochs":
        return
    quantities: tuple[Quantity, ...] = quantity_near(frame, index) or ("accuracy",)
    if amount.number.unit == "seconds":
        quantities = ("seconds",)
    names = (
        Party(tuple(name for party in parties for name in party.names)) if all(p.names for p in parties) else parties[0]
    )
    if len(names.names) > 1 or names.group:
        about = amount.about or amount.bound != 0
        yield Apart(names, Of(quantities, +1), Amount(amount.number, -1, about))
