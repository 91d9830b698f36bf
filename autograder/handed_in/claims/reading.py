"""Clauses read into relations: a small grammar of who stands left of the head, who right of it, and behind which word.

A clause has a head ('higher', 'fastest', 'outperformed', 'lies between', '97.8 %'). Its subject stands left of it, or behind
'by' or 'with' ('the best accuracy was reached by tanh'); what it is compared with stands behind 'than', 'compared to' and the
like. What is compared is the quantity that stands nearest. A clause is left alone as soon as one of these hangs on a word
that is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.claims.clauses import HEADS, Clause, Piece, clauses, kind
from autograder.handed_in.claims.layers import NAME as LAYER
from autograder.handed_in.claims.layers import Layer
from autograder.handed_in.claims.relations import Apart, Between, Claim, Extreme, First, Number, Of, Order, Party, Same, Stated
from autograder.handed_in.claims.tokens import Token
from autograder.handed_in.claims.words import Meaning
from autograder.handed_in.numbers import Quantity

EXPECTATIONS: Final = frozenset(
    "expect expected expects expecting expectation expectations assume assumed hope hoped hoping believe believed thought predicted "
    "hypothesis hypothesized guess anticipated intended wanted suspected supposed".split()
)  # what is said besides them is no conjecture
AUXILIARIES: Final = frozenset("is are was were be been being got gets get".split())
LIGHT: Final = frozenset(("plain", "degree", "bound", "negation", "thing", "split"))  # kinds of words that name nobody
TO_THEM: Final = frozenset(("with", "by", "from", "to", "of"))
ATTRIBUTIVE: Final = frozenset(("compare", "extreme", "same", "change"))
LONG_TRAINING: Final = 10  # epochs; what is said of fewer is not said of the end


@dataclass(frozen=True)
class Discourse:
    """What pronouns and short sentences hang on: who was spoken of last, the last two, and the last quantity."""

    subject: Party | None = None
    pair: tuple[str, str] | None = None
    of: tuple[Quantity, ...] = ()
    uncertain: bool = False
    claims: tuple[Claim, ...] = ()
    goal: Number | None = None


@dataclass(frozen=True)
class _Found:
    """A party in a clause, and the word that leads to it ('than', 'by', 'with', ...; '' for none)."""

    party: Party
    lead: str
    at: int


def read(tokens: Sequence[Token], known: Sequence[Quantity], discourse: Discourse) -> tuple[list[Claim], Discourse]:
    """The claims of a sentence, and what the next one may refer to. `known`: quantities that the student's numbers have."""
    if any(token.text == "?" for token in tokens):
        return [], replace(discourse, uncertain=False)
    tokens, values = _values_in_brackets(list(tokens), known)
    found: list[Claim] = list(values)
    parts = clauses(_paired(tokens))
    doubtful = {each.span for each in parts if any(_is_conjecture(piece) for piece in each.pieces)}
    for clause in parts:
        reader = _Reader(clause, known, discourse, clause.span in doubtful)
        found += reader.claims()
        discourse = reader.afterwards()
    of = () if discourse.of == ("gap",) else discourse.of  # 'higher' in the next sentence is more likely the accuracy
    return found, replace(discourse, uncertain=False, of=of)


def _is_conjecture(piece: Piece) -> bool:
    return isinstance(piece, Token) and piece.kind == "conjecture" and piece.text.casefold() not in EXPECTATIONS


def _values_in_brackets(tokens: list[Token], known: Sequence[Quantity]) -> tuple[list[Token], list[Claim]]:
    """Brackets are taken out; a number in them belongs to the name before: 'ReLU (97.8 %)'."""
    kept: list[Token] = []
    found: list[Claim] = []
    inside: list[Token] = []
    depth = 0
    tokens = _with_brackets(tokens)
    for token in tokens:
        if token.text == "(":
            depth += 1
            inside = []
        elif token.text == ")" and depth:
            depth -= 1
            numbers = [each for each in inside if each.number]
            light = all(each.kind in ("number", "quantity", "plain", "bound", "boundary") for each in inside)
            if kept and kept[-1].kind == "name" and numbers and light:
                about = any(each.kind == "bound" for each in inside)
                for each in numbers:
                    named = next((q.meaning.quantities for q in inside if q.kind == "quantity"), ())
                    if each.number and (of := _of_number(each.number, named, known)) and len(numbers) <= 2:
                        found.append(Stated(Party((kept[-1].names[0],)), of, each.number, about=about))
        elif depth:
            inside.append(token)
        else:
            kept.append(token)
    return (kept if not depth else tokens), found


def _with_brackets(tokens: list[Token]) -> list[Token]:
    """The tokens with brackets around numbers between commas: 'the best result, 97.99 %, comes from X'."""
    found = list(tokens)
    for index, token in enumerate(tokens):
        if token.number and 0 < index < len(tokens) - 1 and tokens[index - 1].text == tokens[index + 1].text == ",":
            if index + 2 < len(tokens) and not tokens[index + 2].number and not (index > 1 and tokens[index - 2].number):
                found[index - 1] = replace(tokens[index - 1], text="(")
                found[index + 1] = replace(tokens[index + 1], text=")")
    return found


def _paired(tokens: list[Token]) -> list[Token]:
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
        elif token.text.casefold() == "only" and found and found[-1].kind == "negation":
            found[-1] = replace(found[-1], meaning=Meaning("plain"))
        found.append(token)
    return found


def _of_number(number: Number, named: Sequence[Quantity], known: Sequence[Quantity]) -> Of | None:
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
        chosen = tuple(each for each in named if each in possible)
    elif number.unit == "percent" or (number.unit == "" and 0.3 < number.value < 1 and number.step < 0.1):
        chosen = ("accuracy",) if number.unit or not {"loss", "train loss"} & set(known) else ()
    else:
        chosen = possible if len(possible) == 1 else ()
    return Of(chosen, +1) if chosen else None


class _Reader:
    """One clause, with what the sentences before it have said."""

    def __init__(self, clause: Clause, known: Sequence[Quantity], discourse: Discourse, doubtful: bool) -> None:
        self._known = known
        self._before = discourse
        pieces, self._asides = _without_asides(_resolved(clause.pieces, discourse))
        self._pieces, self._at, self._within = _without_layers(_with_every(pieces), self._asides)
        self._goal = self._goal_of()
        self._heads = [index for index, piece in enumerate(self._pieces) if self._is_head(index, piece)]
        own_doubt = doubtful or any(kind(piece) in ("conjecture", "narrow") for piece in self._pieces) or self._is_early()
        self._inherits = not self._named_before(self._heads[0]) if self._heads else True
        self.uncertain = own_doubt or (self._inherits and discourse.uncertain)
        self._of: tuple[Quantity, ...] = discourse.of
        self._subject: Party | None = None
        self._claims: tuple[Claim, ...] = ()

    # -- pieces -------------------------------------------------------------------------------------------------------

    def _is_head(self, index: int, piece: Piece) -> bool:
        if kind(piece) not in ("compare", "extreme", "beat", "change", "same", "between", "followed", "first", "rank", "ratio", "again", "ranking"):
            return False
        if kind(piece) == "rank" and index + 1 < len(self._pieces) and kind(self._pieces[index + 1]) == "extreme":
            return False
        # 'reduced' in 'a reduced accuracy', 'a higher increase': the first of two heads side by side counts
        return not (index and kind(self._pieces[index - 1]) in ("compare", "extreme") and kind(piece) == "change")

    def _named_before(self, index: int) -> list[_Found]:
        return [each for each in self._parties() if each.at < index and each.lead not in ("than", "scope")]

    def _parties(self) -> list[_Found]:
        """All parties with the words that lead to them; words without a meaning may stand between."""
        found = []
        lead = ""
        for index, piece in enumerate(self._pieces):
            if isinstance(piece, Party):
                found.append(_Found(piece, lead, index))
                lead = ""
            elif piece.text.casefold() == "of the" and lead != "than" and not self._is_choice(index):
                lead = "of"
            elif piece.kind in ("than", "by", "with", "of", "from", "to", "scope", "followed", "between"):
                # 'than with SGD', 'compared to that of SGD': the first word tells
                lead = lead if lead == "than" and piece.kind in ("with", "of", "from", "to", "scope") else piece.kind
            elif piece.kind not in ("plain", "thing", "quantity", "degree", "split", "bound"):
                lead = ""
            elif piece.kind == "quantity" and lead == "of":
                lead = ""
        return found

    def _is_choice(self, index: int) -> bool:
        """Whether 'of the' says among whom: 'the best of the three', and not 'the accuracy of the baseline'."""
        near = [kind(piece) for piece in self._pieces[max(0, index - 3) : index]]
        return any(each in ("compare", "extreme", "first", "rank", "party") for each in near) and near[-1:] != ["quantity"]

    # -- what the clause claims ---------------------------------------------------------------------------------------

    def claims(self) -> list[Claim]:
        found = [replace(claim, of=self._placed(claim.of)) for read in self._read() for claim in _with_all_others(read)]
        self._remember(found)
        self._claims = tuple(found)
        return [] if self.uncertain else found

    def _placed(self, of: Of) -> Of:
        """What is compared, in the layer and up to the value that the clause names."""
        goal = self._goal.value / 100 if self._goal is not None and self._goal.value > 1 else self._goal.value if self._goal else None
        if self._at is None and self._within is None:
            return replace(of, goal=goal)
        return replace(of, goal=goal, at=self._at, within=self._within, quantities=("gradient",))

    def _goal_of(self) -> Number | None:
        """The value of 'to reach 97 %'; it is no value that somebody ends with."""
        for index, piece in enumerate(self._pieces):
            if kind(piece) == "goal":
                number = next((each.number for each in self._pieces[index + 1 : index + 4] if isinstance(each, Token) and each.number), None)
                if number is not None and number.unit in ("percent", "points", "", "epochs"):
                    return number if number.unit != "epochs" else None
        return None

    def afterwards(self) -> Discourse:
        """What the next clause may refer to."""
        named = [each.party for each in self._parties() if each.party.names]
        pair = self._before.pair
        names = tuple(dict.fromkeys(name for party in named for name in party.names))
        if len(names) == 2:
            pair = (names[0], names[1])
        subject = self._subject or (named[0] if named else self._before.subject)
        return Discourse(subject, pair, self._of, self.uncertain, self._claims or self._before.claims, self._goal or self._before.goal)

    def _remember(self, found: Sequence[Claim]) -> None:
        for claim in found:
            self._of = claim.of.quantities
            if not isinstance(claim, Apart) and claim.subject.names:
                self._subject = claim.subject

    def _read(self) -> Iterator[Claim]:
        if any(kind(piece) == "aside" for piece in self._pieces):
            return
        negations = sum(kind(piece) == "negation" for piece in self._pieces)
        if negations > 1:
            return
        more = [head for head in self._heads if self._text(head) in ("more", "less") and kind(self._pieces[head]) == "compare"]
        changes = [head for head in self._heads if kind(self._pieces[head]) == "change"]
        if len(more) == len(changes) == 1:
            yield from self._changed_more(changes[0], more[0], bool(negations))
            return
        for head in self._heads:
            match kind(self._pieces[head]):
                case "compare":
                    yield from self._compare(head, bool(negations))
                case "extreme":
                    yield from self._extreme(head, bool(negations))
                case "beat":
                    yield from self._beat(head, bool(negations))
                case "change":
                    yield from self._change(head, bool(negations))
                case "same":
                    yield from self._same(head, bool(negations))
                case "between":
                    yield from self._between(head, bool(negations))
                case "followed":
                    yield from self._followed(head)
                case "first":
                    yield from self._first(head, bool(negations))
                case "rank":
                    yield from self._rank(head, bool(negations))
                case "ratio":
                    yield from self._ratio(head)
                case "again":
                    yield from self._again(head, bool(negations))
                case "ranking":
                    yield from self._ranking(head)
        yield from self._stated(bool(negations))

    def _rival(self, subject: Party) -> Party | None:
        """Whom a comparison means that names nobody: the other of the two that were spoken of last."""
        pair = self._before.pair
        if pair is None or len(subject.names) != 1 or subject.names[0] not in pair:
            return None
        return Party(tuple(name for name in pair if name != subject.names[0]))

    def _compare(self, head: int, negated: bool) -> Iterator[Claim]:
        of = self._what(head)
        subject = self._who(head)
        if of is None or subject is None or any(kind(self._pieces[other]) == "between" for other in self._heads):
            return
        than = [index for index, piece in enumerate(self._pieces) if kind(piece) == "than"]
        others = [each for each in self._parties() if each.lead == "than" and each.party != subject]
        if than and not others:
            number = self._number_after(than[0])
            if number is not None and (stated := _of_number(number, of.quantities, self._known)):
                yield Stated(subject, stated, number, of.sign, negated=negated)
            return
        amount, about, bound = self._amount()
        other = others[0].party if others else None
        if not than and len(left := self._named_before(head)) > 1:  # 'momentum makes SGD faster'
            subject, other = left[0].party, left[-1].party
        yield Order(subject, of, self._asides.get(subject.names) or other or self._rival(subject), negated, self._is_clear(head), amount, about, bound)

    def _extreme(self, head: int, negated: bool) -> Iterator[Claim]:
        meaning = self._meaning(head)
        following = self._pieces[head + 1] if head + 1 < len(self._pieces) else None
        if meaning.size == 1 and isinstance(following, Token) and following.kind == "thing" and self._text(head) in ("most", "least"):
            return
        of = self._what(head)
        subject = self._who(head)
        if of is None or subject is None:
            return
        scopes = [each.party for each in self._parties() if each.at > head and each.lead in ("of", "scope")]
        scopes += [each.party for each in self._parties() if each.at < head and each.lead == "scope"]
        scope = next((each for each in scopes if each != subject), None)
        if scope is not None and len(scope.names) == 1:
            return
        if self._narrowed(head):
            return
        rank = int(meaning.size)
        if head and kind(self._pieces[head - 1]) == "rank":
            rank = int(self._meaning(head - 1).size)
        yield Extreme(subject, of, rank, scope, negated)

    def _beat(self, head: int, negated: bool) -> Iterator[Claim]:
        of = self._what(head)
        if of is None:
            return
        right = [each for each in self._parties() if each.at > head]
        amount, about, bound = self._amount()
        clear = self._is_clear(head)
        if self._is_passive(head):
            agents = [each.party for each in right if each.lead == "by"]
            loser = self._who(head, passive=True)
            if agents and loser is not None:
                yield Order(agents[0], of, loser, negated or loser.nobody, clear, amount, about, bound)
            return
        subject = self._who(head)
        if self._text(head) in ("<", ">"):
            subject = next((each.party for each in reversed(self._parties()) if each.at < head), None)
        objects = [each for each in right if each.lead not in ("by", "with", "scope")]
        if subject is None:
            return
        if objects:
            yield Order(subject, of, objects[0].party, negated, clear, amount, about, bound)
        elif (number := self._number_after(head)) is not None and not of.good:
            if stated := _of_number(number, of.quantities, self._known):
                yield Stated(subject, stated, number, of.sign, negated=negated)

    def _change(self, head: int, negated: bool) -> Iterator[Claim]:
        meaning = self._meaning(head)
        of = self._what(head)
        number, about, bound = self._amount()
        if of is None:
            return
        if meaning.size:
            number = Number(meaning.size, 0.1, "times")
        left = self._named_before(head)
        right = [each for each in self._parties() if each.at > head]
        others = [each for each in self._parties() if each.lead == "than"]
        doers = [each for each in right if each.lead in ("with", "by")]
        if not (self._quantity_right(head) or others or doers or number):
            return  # 'its accuracy rose': from epoch to epoch
        whose = [each for each in right if each.lead in ("", "of")]
        if not left and doers:
            subject: Party | None = doers[0].party
        else:
            subject = self._who(head)
        if subject is None or self._is_passive(head) and not doers:
            return
        other = others[0].party if others else whose[0].party if whose and whose[0].party != subject else None
        yield Order(subject, of, self._asides.get(subject.names) or other, negated, self._is_clear(head), number, about, bound)

    def _changed_more(self, change: int, more: int, negated: bool) -> Iterator[Claim]:
        """'loses less accuracy than X', 'reduces the gap more than X': both against the same, so that one is compared."""
        changed = self._what(change)
        others = [each.party for each in self._parties() if each.lead == "than"]
        subject = self._who(change)
        if changed is not None and subject is not None and others:
            yield Order(subject, replace(changed, sign=changed.sign * self._meaning(more).sign), others[0], negated)

    def _same(self, head: int, negated: bool) -> Iterator[Claim]:
        meaning = self._meaning(head)
        of = self._what(head)
        if of is None:
            return
        others = [each for each in self._parties() if each.at > head and each.lead in ("than", "to", "with", "of", "")]
        ends = [each.party for each in self._parties() if each.lead == "between"]
        if meaning.note == "differ" and (number := self._number_after(head) or self._amount()[0]) is not None:
            bound, about = 0, True
            if (subject := self._who(head)) is not None:
                yield Apart(subject, of, number, bound, about)
            return
        if meaning.note in ("difference", "no difference", "differ"):
            speaks = any(self._is_difference(piece) for piece in self._pieces)
            subject = ends[0] if ends else self._who(head) if meaning.note == "differ" else None
            small = meaning.note == "difference" or (meaning.note == "differ" and not self._is_clear(head))
            if subject is not None and (speaks or meaning.note == "differ") and (small or meaning.note == "no difference" or self._is_clear(head)):
                of = of if of.quantities != ("gap",) else replace(of, quantities=("accuracy",))
                yield Same(subject, of, None, True, negated != (not small))
            return
        subject = ends[0] if ends else self._who(head)
        if subject is None:
            return
        if self._has(head, "pair", 20):  # training and test accuracy are the same: no gap
            yield Stated(subject, Of(("gap",), +1), Number(1.0, 0.5, "percent"), -1, negated=negated)
            return
        other = next((each.party for each in others if each.party != subject), None)
        ratio, about, bound = self._amount()
        if ratio is not None and ratio.unit == "times" and meaning.note == "as":
            sign = of.sign if ratio.value > 1 else -of.sign
            amount = ratio if ratio.value > 1 else Number(1 / ratio.value, 0.1, "times")
            yield Order(subject, replace(of, sign=sign), other, negated, False, amount, about, bound)
        elif meaning.note == "as" and negated:
            yield Order(subject, replace(of, sign=-of.sign), other, False)
        elif len(subject.names) > 1 or subject.group or other is not None:
            yield Same(subject, of, other, meaning.size > 1 or self._has(head, "bound"), negated)

    def _between(self, head: int, negated: bool) -> Iterator[Claim]:
        ends = [
            each.party
            for each in self._parties()
            if each.lead == "between" and (len(each.party.names) == 2 or each.party.group == "others")
        ]
        extremes = [piece for piece in self._pieces[head:] if isinstance(piece, Token) and piece.kind == "extreme"]
        if len(extremes) == 2 and {each.meaning.sign for each in extremes} == {1, -1}:
            ends = [Party(group="all")]  # 'between the best and the worst'
        if not ends:
            return
        numbers = [piece for piece in self._pieces if isinstance(piece, Token) and piece.number]
        before = self._pieces[:head]
        if any(self._is_difference(piece) for piece in (*before[-3:], *self._pieces[head:])) or ends[0].group == "all":
            named = self._quantity_right(head) or ()
            named = named if named and named != ("gap",) else ("accuracy",)
            if len(numbers) == 1 and (number := numbers[0].number) and number.unit in ("points", "percent", "seconds", ""):
                bound, about = self._bound(self._pieces.index(numbers[0]))
                unit: tuple[Quantity, ...] = ("seconds",) if number.unit == "seconds" else named
                yield Apart(ends[0], Of(unit, +1), number, bound, about)
            return
        subject = self._who(head)
        of = self._what(head)
        if subject is not None and of is not None:
            yield Between(subject, of, ends[0], negated)

    def _again(self, head: int, negated: bool) -> Iterator[Claim]:
        """'A improved the accuracy, B did not': of B what was said of A, or not."""
        right = [each.party for each in self._parties() if each.at > head]
        inverted = head > 0 and self._text(head - 1) in ("neither", "nor")
        subject = right[0] if right else self._who(head)
        if subject is None or not subject.names:
            return
        for claim in self._before.claims[-1:]:
            if isinstance(claim, Order | Extreme | Stated) and not claim.subject.nobody:
                same = not inverted and self._text(head - 1) == "so"
                now = claim.negated if same else negated or inverted
                if not (isinstance(claim, Order) and claim.other is not None and set(claim.other.names) & set(subject.names)):
                    yield replace(claim, subject=subject, negated=now)

    def _ranking(self, head: int) -> Iterator[Claim]:
        """'the order is A, B and C', 'from fastest to slowest: A, B, C'"""
        meaning = self._meaning(head)
        names = [name for each in self._parties() for name in each.party.names]
        named = meaning.quantities or self._quantity_right(head) or self._quantity_left(head) or ("accuracy",)
        plain = meaning.good and named != ("accuracy",)  # 'in time, the order is': which end first?
        if len(names) < 3 or plain:
            return
        for one, other in zip(names, names[1:], strict=False):
            yield Order(Party((one,)), Of(named, meaning.sign, meaning.good), Party((other,)))

    def _rank(self, head: int, negated: bool) -> Iterator[Claim]:
        """'tanh first, sigmoid second'"""
        subject = self._who(head)
        if subject is not None and not self._has_unknown(head) and self._before.of:
            yield Extreme(subject, Of(self._before.of, +1, good=True), int(self._meaning(head).size), negated=negated)

    def _ratio(self, head: int) -> Iterator[Claim]:
        """'half the time of X', 'three times the parameters'"""
        piece = self._pieces[head]
        named = self._quantity_right(head) or self._before.of
        before = [each.party for each in self._parties() if each.at < head]
        if len(before) == 2 and len(self._heads) > 1:  # 'A matches B with half the parameters'
            subject: Party | None = before[0]
        else:
            subject = self._who(head)
        if subject is None or not named or not isinstance(piece, Token) or piece.number is None:
            return
        times = piece.number.value
        others = [each.party for each in self._parties() if each.at > head and each.party != subject] or before[1:2]
        amount = Number(max(times, 1 / times), 0.1, "times")
        other = others[0] if others else self._rival(subject)
        bound, about = self._bound(head)
        yield Order(subject, Of(named, 1 if times > 1 else -1), other, amount=amount, about=about, bound=bound if times > 1 else -bound)

    def _followed(self, head: int) -> Iterator[Claim]:
        """'best was A, followed by B and C': what the clause before said goes on."""
        chain = [each.party.names for each in self._parties() if each.at > head]
        subject = self._before.subject
        if subject is None or not chain or not self._of:
            return
        names = [*subject.names[-1:], *(name for names in chain for name in names)]
        of = Of(self._of, +1, good=True)
        for one, other in zip(names, names[1:], strict=False):
            yield Order(Party((one,)), of, Party((other,)))

    def _first(self, head: int, negated: bool) -> Iterator[Claim]:
        numbers = [piece.number for piece in self._pieces if isinstance(piece, Token) and piece.number]
        subject = self._who(head)
        if subject is None:
            return
        if numbers:
            if of := _of_number(numbers[0], self._quantity_right(0) or (), self._known):
                yield First(subject, of, numbers[0], negated)
                self._goal = numbers[0]
                yield Extreme(subject, Of(("epochs",), -1), negated=negated)
        elif any(isinstance(piece, Token) and piece.meaning.quantities == ("epochs",) for piece in self._pieces):
            yield Extreme(subject, Of(("epochs",), -1), negated=negated)

    def _stated(self, negated: bool) -> Iterator[Claim]:
        """Values beside names: 'Adam reached 97.6 %', 'A and B reached 97 % and 98 %, respectively', '93 % for A'."""
        heads = {kind(self._pieces[head]) for head in self._heads}
        if heads & {"between", "first", "same", "ratio"} or any(self._is_own_best(head, self._right_of(head)) for head in self._heads):
            return
        places = [index for index in range(len(self._pieces)) if self._is_value(index)]
        numbers = [(index, piece.number) for index in places if isinstance(piece := self._pieces[index], Token) and piece.number]
        if within := next((each for each in numbers if self._text(each[0] - 1) == "within" or self._text(each[0] - 2) == "within"), None):
            yield from self._within_reach(*within)
            return
        if (reached := self._reached(numbers)) is not None:
            (at, epochs), goal = reached
            if (owner := self._owner(at, False) or next((self._owner(index, False) for index in places if index != at), None)) is not None:
                self._goal = goal
                bound = 1 if negated else 0 if self._text(at - 1) in ("in", "only") or self._text(at - 2) == "in" else -1
                yield Stated(owner, Of(("epochs",), +1), epochs, bound)
            if epochs.value < LONG_TRAINING:
                return
        owners = [self._owner(index, bool(heads)) for index in places]
        party = owners[0] if owners else None
        if party is not None and len(numbers) > 1 and len(set(owners)) == 1:
            if len(party.names) == len(numbers):
                owners = [Party((name,)) for name in party.names]
            elif len({number.unit for _, number in numbers}) < len(numbers) or len(party.names) > 1:
                return
        for owner, (index, number) in zip(owners, numbers, strict=True):
            of = _of_number(number, self._quantity_near(index), self._known)
            if of is None or owner is None:
                continue
            if number.unit == "epochs" and self._is_a_time(index):
                if self._before.goal is None or self._goal is not None:
                    continue
                self._goal = self._before.goal  # 'got there in 4 epochs'
            bound, about = self._bound(index)
            yield Stated(owner, self._with_split(of), number, bound, about, negated)

    def _reached(self, numbers: Sequence[tuple[int, Number]]) -> tuple[tuple[int, Number], Number] | None:
        """Of 'reached 95 % in 6 epochs' the epochs, with their place, and the value that was reached."""
        epochs = [(index, number) for index, number in numbers if number.unit == "epochs" and self._is_a_time(index)]
        values = [number for _, number in numbers if number.unit == "percent"]
        return (epochs[0], values[0]) if len(epochs) == len(values) == 1 else None

    def _is_value(self, index: int) -> bool:
        """Whether a number is one that somebody has: no goal, no difference, no setting, no share of something unknown."""
        piece = self._pieces[index]
        if not isinstance(piece, Token) or piece.kind != "number" or piece.number == self._goal or self._is_amount(index):
            return False
        before = [each for each in self._pieces[max(0, index - 4) : index] if kind(each) not in ("plain", "bound", "of")]
        if before and kind(before[-1]) == "setting":
            return False
        if index and kind(self._pieces[index - 1]) == "from":
            return False
        after = [kind(each) for each in self._pieces[index + 1 : index + 4] if kind(each) != "plain"]
        return after[:2] not in (["of", "unknown"], ["scope", "unknown"])

    def _owner(self, index: int, headed: bool) -> Party | None:
        """Whose value a number is: of who is named behind it with 'for' or 'with', else of who is named before it."""
        behind = [each for each in self._pieces[index + 1 : index + 5] if kind(each) not in ("plain", "thing", "quantity")]
        if len(behind) > 1 and kind(behind[0]) in ("with", "by") and isinstance(party := behind[1], Party):
            return party
        before = [each for each in self._parties() if each.at < index and each.lead not in ("than", "scope")]
        if any(kind(each) == "than" for each in self._pieces[max(0, index - 3) : index]):
            return None
        if before:
            return before[-1].party if len(before) == 1 or not headed else None
        if self._starts_bare(index):
            return self._before.subject
        return Party(group="all", size=1) if self._speaks_of_the_only_one(index) else None

    def _within_reach(self, index: int, number: Number) -> Iterator[Claim]:
        """'all three are within 0.1 %', 'A is within a point of B'"""
        parties = [each.party for each in self._parties()]
        named = self._quantity_near(index) or ("accuracy",)
        unit: tuple[Quantity, ...] = ("seconds",) if number.unit == "seconds" else named
        if number.unit == "epochs" or not parties:
            return
        names = Party(tuple(name for party in parties for name in party.names)) if all(p.names for p in parties) else parties[0]
        if len(names.names) > 1 or names.group:
            yield Apart(names, Of(unit, +1), number, -1, self._bound(index) != (0, False))

    # -- who ----------------------------------------------------------------------------------------------------------

    def _who(self, head: int, passive: bool = False) -> Party | None:
        """The subject of a head: left of it, or behind 'by', 'with' or 'was', or that of the clause before."""
        left = self._named_before(head)
        if left:
            if any(self._text(at) in ("made", "makes", "make", "making") for at in range(left[0].at, left[-1].at)):
                left = left[-1:]  # 'X made Y worse'
            parties = list(dict.fromkeys(each.party for each in left))
            names = [each for each in parties if each.names]
            if len(parties) == 2 and names and parties[-1].group == "all" and not parties[-1].nobody:
                parties = names if len(names) == 1 else parties  # 'A and B both'
            return parties[0] if len(parties) == 1 else None
        right = self._right_of(head)
        if passive or self._is_own_best(head, right):
            right = []
        if kind(self._pieces[head]) in ("extreme", "compare", "same") and right:
            first = right[0]
            bare = first.lead == "" and any(
                isinstance(piece, Token) and piece.text.casefold() in (*AUXILIARIES, "came", "went", "goes", "belongs", "by")
                for piece in self._pieces[head : first.at]
            )
            if (first.lead in ("with", "by", "from", "to", "of") or bare) and not first.party.group:
                return first.party
            if not first.party.group:
                return None
        if self._starts_bare(head):
            return self._before.subject
        if self._speaks_of_the_only_one(head):
            return Party(group="all", size=1)
        return None

    def _right_of(self, head: int) -> list[_Found]:
        """Who stands between a head and the next one, and is not what is compared with."""
        until = min((other for other in self._heads if other > head), default=len(self._pieces))
        aside = ("than", "scope", "followed", "between")
        return [each for each in self._parties() if head < each.at < until and each.lead not in aside]

    def _is_own_best(self, head: int, right: Sequence[_Found]) -> bool:
        """'the best accuracy of tanh was 97.6 %': among its own, not among all."""
        if not right or kind(self._pieces[head]) != "extreme" or right[0].lead not in ("with", "of"):
            return False
        between = [piece for piece in self._pieces[head + 1 : right[0].at] if kind(piece) == "plain"]
        verb = any(isinstance(piece, Token) and piece.text.casefold() not in ("the", "a", "test", "final", "my", "our") for piece in between)
        return not verb and any(self._is_value(index) for index in range(right[0].at, len(self._pieces)))

    def _starts_bare(self, head: int) -> bool:
        """Whether nobody and nothing unknown stands before the head, so that the subject is that of the clause before."""
        return all(kind(piece) in (*LIGHT, "quantity", "rank", "than", "with", "by", "of", "to") for piece in self._pieces[:head]) and not any(
            kind(piece) == "thing" for piece in self._pieces[:head]
        )

    def _speaks_of_the_only_one(self, head: int) -> bool:
        return any(kind(piece) == "thing" for piece in self._pieces[:head]) and not any(
            kind(piece) == "unknown" for piece in self._pieces[:head]
        )

    # -- what ---------------------------------------------------------------------------------------------------------

    def _what(self, head: int) -> Of | None:
        """The quantity that a head is about, and which way; None where that hangs on an unknown word."""
        meaning = self._meaning(head)
        quantities, sign, good = meaning.quantities, meaning.sign or 1, meaning.good
        named = self._quantity_right(head)
        if named is None:
            return None
        if self._goal is not None and (set(quantities or named) & {"seconds", "epochs"}):
            return Of(("epochs",), sign, good)
        if quantities == ("gap",) and kind(self._pieces[head]) in ("extreme", "compare") and not self._has(head, "pair", 20):
            return None  # 'closest', of what?
        if quantities:
            quantities = self._speed(quantities, named)
            return self._with_split(Of(quantities, sign, good)) if quantities else None
        flips = self._names_an_error()
        if named:
            return self._with_split(Of(named, -sign if flips else sign, good))
        named = self._quantity_left(head)
        if named:
            return self._with_split(Of(named, -sign if flips else sign, good))
        if self._has_unknown(head):
            return None
        if kind(self._pieces[head]) == "change" and not good and not self._percents():
            return None
        if self._before.of and not good and kind(self._pieces[head]) != "change":
            return Of(self._before.of, sign, good)
        known = list(dict.fromkeys(self._known))
        return Of(("accuracy",) if "accuracy" in known or len(known) != 1 else (known[0],), sign, good)

    def _speed(self, quantities: tuple[Quantity, ...], named: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        """What 'fast' is about: 'converged faster' is not 'trained faster'."""
        spoken = {each for piece in self._pieces if isinstance(piece, Token) and piece.kind == "quantity" for each in piece.meaning.quantities}
        if quantities == ("seconds", "epochs"):
            if "epochs" in spoken:
                return ("epochs",)
            if spoken & {"loss", "train loss", "gradient", "accuracy"} and not named == ("seconds",):
                return ()
            if "seconds" in spoken or any(isinstance(piece, Token) and piece.text.startswith("train") for piece in self._pieces):
                return ("seconds",)
        return quantities

    def _quantity_right(self, head: int) -> tuple[Quantity, ...] | None:
        """The noun after a head ('higher [final test] accuracy'), or after 'in' and 'of'; () where there is none; None where
        it is an unknown one."""
        attributive = kind(self._pieces[head]) in ATTRIBUTIVE
        near = True
        for piece in self._pieces[head + 1 :]:
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
                case _:
                    near = False
        return ()

    def _quantity_left(self, head: int) -> tuple[Quantity, ...]:
        for piece in reversed(self._pieces[:head]):
            if isinstance(piece, Token) and piece.kind == "quantity":
                return piece.meaning.quantities
        return ()

    def _quantity_near(self, index: int) -> tuple[Quantity, ...]:
        """The quantity that a number is a value of: before it, else after it."""
        return self._quantity_left(index) or self._quantity_right(index) or ()

    def _names_an_error(self) -> bool:
        return any(isinstance(piece, Token) and piece.kind == "quantity" and piece.meaning.sign < 0 for piece in self._pieces)

    def _with_split(self, of: Of) -> Of:
        if any(kind(piece) == "split" for piece in self._pieces):
            split: dict[str, Quantity] = {"accuracy": "train accuracy", "loss": "train loss"}
            return replace(of, quantities=tuple(split.get(each, each) for each in of.quantities))
        return of

    def _has_unknown(self, head: int) -> bool:
        """Whether an unknown word may be what is compared: in the clause of the head, up to what comes after a comma."""
        start = max((i for i, piece in enumerate(self._pieces[:head]) if kind(piece) == "boundary"), default=-1)
        end = next((i for i, piece in enumerate(self._pieces) if i > head and kind(piece) == "boundary"), len(self._pieces))
        return any(kind(piece) in ("unknown", "setting") for piece in self._pieces[start + 1 : end])

    def _narrowed(self, head: int) -> bool:
        """'best for noisy data', 'best suited': a superlative in some respect."""
        return not self._quantity_right(head) and self._has_unknown(head)

    # -- words beside a head ------------------------------------------------------------------------------------------

    def _meaning(self, head: int) -> Meaning:
        piece = self._pieces[head]
        assert isinstance(piece, Token)
        return piece.meaning

    def _text(self, head: int) -> str:
        piece = self._pieces[head] if 0 <= head < len(self._pieces) else None
        return piece.text.casefold() if isinstance(piece, Token) else ""

    def _is_clear(self, head: int) -> bool:
        return any(
            isinstance(piece, Token) and piece.kind == "degree" and piece.meaning.size > 0
            for piece in self._pieces[max(0, head - 2) : head + 3]
        )

    def _has(self, head: int, wanted: str, reach: int = 2) -> bool:
        return any(kind(piece) == wanted for piece in self._pieces[max(0, head - reach) : head])

    def _percents(self) -> bool:
        return any(isinstance(piece, Token) and piece.number and piece.number.unit in ("percent", "points") for piece in self._pieces)

    def _is_passive(self, head: int) -> bool:
        before = [piece for piece in self._pieces[:head] if kind(piece) not in ("degree", "negation")]
        last = before[-1] if before else None
        was = isinstance(last, Token) and last.text.casefold() in AUXILIARIES
        by = any(each.lead == "by" for each in self._parties() if each.at > head)
        return by and (was or self._text(head).endswith("ed")) and " " not in self._text(head)

    def _is_difference(self, piece: Piece) -> bool:
        return isinstance(piece, Token) and (piece.meaning.quantities == ("gap",) or piece.text in ("difference", "margin", "distance"))

    def _number_after(self, index: int) -> Number | None:
        for piece in self._pieces[index + 1 : index + 4]:
            if isinstance(piece, Token) and piece.number:
                return piece.number
            if kind(piece) not in ("plain", "bound", "degree"):
                return None
        return None

    def _amount(self) -> tuple[Number | None, bool, int]:
        """How much more: '2 points higher', 'higher by 2 points', 'twice as long'; whether it is rounded, and a bound."""
        for index, piece in enumerate(self._pieces):
            if isinstance(piece, Token) and piece.number and self._is_amount(index):
                bound, about = self._bound(index)
                return piece.number, about, bound
        return None, False, 0

    def _is_amount(self, index: int) -> bool:
        """Whether a number tells a difference: after 'by', or right before a comparison."""
        piece = self._pieces[index]
        number = piece.number if isinstance(piece, Token) else None
        if number is None or not self._heads:
            return False
        if number.unit == "times":
            return True
        before = [kind(each) for each in self._pieces[max(0, index - 3) : index] if kind(each) not in ("bound", "plain", "degree", "of")]
        after = next((kind(each) for each in self._pieces[index + 1 :] if kind(each) not in ("plain", "degree")), "")
        if after in ("compare", "than", "beat") and kind(self._pieces[index + 1]) != "boundary":
            return True
        return bool(before) and before[-1] in ("by", "change")

    def _bound(self, index: int) -> tuple[int, bool]:
        """Whether a number is a lower (+1) or upper (-1) bound, and whether it is rounded."""
        before = self._pieces[max(0, index - 3) : index]
        for piece in reversed(before):
            if isinstance(piece, Token) and piece.kind == "bound" and piece.text != "only":
                return piece.meaning.sign, piece.meaning.sign == 0
        if [kind(piece) for piece in before[-2:]] == ["compare", "than"]:  # 'larger than 1 %'
            return self._meaning(index - 2).sign, False
        return 0, False

    def _is_early(self) -> bool:
        """'after 3 epochs': what was so then need not be so at the end."""
        return any(
            isinstance(piece, Token) and piece.number and piece.number.unit == "epochs" and piece.number.value < LONG_TRAINING
            and self._is_a_time(index) and self._text(index - 1) in ("after", "in", "within", "for")
            and any(kind(each) in ("compare", "extreme", "beat", "same") for each in self._pieces)
            for index, piece in enumerate(self._pieces)
        )

    def _is_a_time(self, index: int) -> bool:
        """'after 20 epochs', 'for 20 epochs'"""
        before = next((piece for piece in reversed(self._pieces[:index]) if kind(piece) not in ("degree", "bound")), None)
        return isinstance(before, Token) and before.text.casefold() in ("after", "for", "in", "within", "over", "all", "of", "the", "full")


def _with_all_others(claim: Claim) -> Iterator[Claim]:
    """A claim, and where it is said of somebody alone, that it holds for no other."""
    yield claim
    if isinstance(claim, Order | Stated) and claim.subject.alone and not claim.negated:
        besides = claim.other.names if isinstance(claim, Order) and claim.other is not None else ()
        yield replace(claim, subject=Party(group="all", without=(*claim.subject.names, *besides), nobody=True))


def _resolved(pieces: Sequence[Piece], discourse: Discourse) -> list[Piece]:
    """Pronouns put for whom they mean, where the text has said. One that speaks of its own clause's subject is left out."""
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Token) or piece.kind != "pronoun":
            found.append(piece)
            continue
        named = any(isinstance(each, Party) for each in found)
        named_soon = any(isinstance(each, Party) for each in pieces[index + 1 : index + 3])
        party = _meant(piece.meaning.note, discourse)
        possessive = piece.text.casefold() in ("its", "their", "them", "itself")
        if (possessive and named) or (piece.text.casefold() == "it" and (named or named_soon)):
            continue
        found.append(party or Token(piece.text, Meaning("unknown")))
    return found


def _meant(note: str, discourse: Discourse) -> Party | None:
    subject, pair = discourse.subject, discourse.pair
    match note:
        case "it":
            return subject if subject is not None and len(subject.names) == 1 else None
        case "they":
            if subject is not None and len(subject.names) > 1:
                return replace(subject, nobody=False)
            return Party(pair) if pair else None
        case "former":
            return Party((pair[0],)) if pair else None
        case "latter":
            return Party((pair[1],)) if pair else None
    return None


def _without_asides(pieces: Sequence[Piece]) -> tuple[list[Piece], dict[tuple[str, ...], Party]]:
    """The pieces without 'unlike X'; 'replacing X with Y' and 'adding Y to X' become Y, compared with X."""
    found: list[Piece] = []
    compared: dict[tuple[str, ...], Party] = {}
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        ahead = [(at, each) for at, each in enumerate(pieces[index + 1 : index + 8], index + 1) if isinstance(each, Party)]
        wanted = kind(piece)
        without = isinstance(piece, Token) and piece.text.casefold() == "without"
        if wanted == "aside" and without and ahead and found and isinstance(found[-1], Party) and ahead[0][0] == index + 1:
            index += 2  # 'SGD without momentum' is SGD
        elif wanted == "toward" and ahead and ahead[0][0] <= index + 3 and ahead[0][1].names[:1] and ahead[0][1].names[0].startswith(LAYER):
            end = ahead[0][1]
            found += [Token("", Meaning("with")), end]
            compared[end.names] = Party((f"{LAYER}last" if end.names[0] == f"{LAYER}1" else f"{LAYER}1",))
            index = ahead[0][0] + 1
        elif wanted == "aside" and not without and (unnamed := _up_to_a_head(pieces, index)):
            index = unnamed  # 'instead of X', which is not among what is compared
        elif wanted == "aside" and ahead and not without:
            index = ahead[0][0] + 1
            if index < len(pieces) and kind(pieces[index]) == "boundary":
                index += 1
        elif wanted == "replacing" and len(ahead) == 1 and any(kind(each) in ("with", "by") for each in pieces[index : ahead[0][0]]):
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


def _up_to_a_head(pieces: Sequence[Piece], index: int) -> int:
    """Where the next head stands, if nobody is named before it; else 0."""
    for at in range(index + 1, len(pieces)):
        if isinstance(pieces[at], Party):
            return 0
        if kind(pieces[at]) in HEADS:
            return at
    return 0


def _with_every(pieces: Sequence[Piece]) -> list[Piece]:
    """'X improved in both settings': X means all that it may mean, and the settings name nobody."""
    groups = [i for i, piece in enumerate(pieces) if isinstance(piece, Party) and piece.group == "all" and not piece.nobody]
    named = [i for i, piece in enumerate(pieces) if isinstance(piece, Party) and piece.names]
    if len(groups) != 1 or not named or groups[0] < named[0] or kind(pieces[groups[0] - 1]) not in ("of", "with"):
        return list(pieces)
    found = [piece for index, piece in enumerate(pieces) if index != groups[0]]
    subject = found[named[0]]
    if isinstance(subject, Party) and not any(kind(piece) == "extreme" for piece in pieces):
        found[named[0]] = replace(subject, every=True)
        return found
    return list(pieces)


def _without_layers(pieces: Sequence[Piece], asides: Mapping[tuple[str, ...], Party]) -> tuple[list[Piece], Layer | None, Party | None]:
    """What is left where layers are named beside configurations. One of the two is compared, the other says where: the layer in
    which configurations are compared, or the configurations in whose networks layers are."""
    layers = [i for i, piece in enumerate(pieces) if isinstance(piece, Party) and piece.names and piece.names[0].startswith(LAYER)]
    others = [i for i, piece in enumerate(pieces) if isinstance(piece, Party) and i not in layers]
    if not layers:
        return list(pieces), None, None
    head = next((i for i, piece in enumerate(pieces) if kind(piece) in ("compare", "extreme", "beat", "change", "ratio", "same")), len(pieces))
    stepped = any(name.startswith(LAYER) for party in asides.values() for name in party.names)
    several = stepped or len({name for i in layers if isinstance(piece := pieces[i], Party) for name in piece.names}) > 1
    if several or not others:
        across = several or kind(pieces[head] if head < len(pieces) else Party()) == "extreme"
    elif kind(pieces[head] if head < len(pieces) else Party()) == "extreme":
        across = not any(i > head for i in others) and (layers[0] > head or layers[-1] > others[-1])
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
