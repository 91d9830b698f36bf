"""A clause as a frame: its heads, its parties and their places, and the words near a head.

The subject of a head is left of it, or after 'by' or 'with' ('the best accuracy was reached by tanh'); what it is compared
with comes after 'than', 'compared to' and the like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from autograder.handed_in.claims.clause.discourse import Discourse
from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.relations import Amount, Number, Party
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import Layer
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.numbers import Quantity

COMPARING: Final = frozenset(
    "compare extreme beat change same between followed first rank ratio again ranking".split()
)  # kinds of heads, besides numbers
AUXILIARIES: Final = frozenset("is are was were be been being got gets get".split())
LIGHT: Final = frozenset("plain degree bound negation thing split".split())  # kinds of words that name nobody
NOUNS: Final = frozenset(
    "lead jump leap gain improvement increase drop reduction boost decline decrease advantage".split()
)
BESIDE_NOUNS: Final = frozenset("party plain bound from to of with quantity than degree thing".split())
TIMES: Final = frozenset("after for in within over all of the full".split())  # before a number of epochs
LEADS: Final = frozenset("than by with of from to scope followed between".split())


@dataclass(frozen=True)
class Placed:
    """A party in a clause, and the kind of the word that leads to it ('than', 'by', 'with', ...; '' for none)."""

    party: Party
    lead: str
    at: int


@dataclass(frozen=True)
class Frame:
    """One clause, with pronouns and asides resolved.

    `known`: quantities that the student's numbers have. `before`: what was said before. `compared`: whom a subject is compared
    with by words such as 'replacing'. `layer` and `within`: if layers are named, the one in which configurations are compared,
    or the configurations whose layers are compared. `circumstances`: what comes before or after all that. `link`: the word that
    separates the clause from the one before.
    """

    pieces: tuple[Piece, ...]
    known: tuple[Quantity, ...]
    before: Discourse
    compared: Mapping[tuple[str, ...], Party]
    layer: Layer | None = None
    within: Party | None = None
    circumstances: tuple[Piece, ...] = ()
    link: str = ""

    @cached_property
    def heads(self) -> list[int]:
        """The places of the heads. In 'a higher increase' the first word counts; 'second' is not a head in 'second highest'."""
        kinds = [*map(kind, self.pieces), ""]
        return [
            at
            for at, own in enumerate(kinds)
            if own in COMPARING
            and not (own == "rank" and kinds[at + 1] == "extreme")
            and not (own == "change" and at and kinds[at - 1] in ("compare", "extreme"))
        ]

    @cached_property
    def parties(self) -> list[Placed]:
        """All parties with the words that lead to them; words without a meaning may come in between."""
        found = []
        lead = ""
        for index, piece in enumerate(self.pieces):
            if isinstance(piece, Party):
                found.append(Placed(piece, lead, index))
                lead = ""
            elif piece.text.casefold() == "of the" and lead != "than" and not self.is_choice(index):
                lead = "of"
            elif lead == "scope" and piece.text.casefold() in ("is", "was", "are", "were"):
                lead = ""  # 'the slowest of the three was X'
            elif piece.kind in LEADS:  # 'than with SGD', 'compared to that of SGD': the first word decides
                lead = lead if lead == "than" and piece.kind not in ("by", "followed", "between") else piece.kind
            elif piece.kind not in ("plain", "thing", "quantity", "degree", "split", "bound") or (
                lead == "of" and piece.kind == "quantity"
            ):
                lead = ""
        return found

    @cached_property
    def goal(self) -> Number | None:
        """The value of 'to reach 97 %', which is nobody's final value."""
        for index, piece in enumerate(self.pieces):
            if kind(piece) == "goal":
                numbers = [
                    each.number
                    for each in self.pieces[index + 1 : index + 4]
                    if isinstance(each, Token) and each.number
                ]
                return numbers[0] if numbers and numbers[0].unit in ("percent", "points", "") else None
        return None

    def tokens(self) -> Iterator[Token]:
        return (piece for piece in self.pieces if isinstance(piece, Token))

    def has(self, wanted: str, before: int, reach: int | None = None) -> bool:
        """Whether there is a piece of a kind before a place, among the last `reach` or all."""
        start = 0 if reach is None else max(0, before - reach)
        return any(kind(piece) == wanted for piece in self.pieces[start:before])

    def named_before(self, index: int) -> list[Placed]:
        return [each for each in self.parties if each.at < index and each.lead not in ("than", "scope")]

    def is_choice(self, index: int) -> bool:
        """Whether 'of the' says among whom: 'the best of the three', and not 'the accuracy of the baseline'."""
        near = [kind(piece) for piece in self.pieces[max(0, index - 3) : index]]
        following = next((kind(piece) for piece in self.pieces[index + 1 :] if kind(piece) != "plain"), "")
        return (index == 0 and following == "party") or (
            any(each in ("compare", "extreme", "first", "rank", "party") for each in near) and near[-1:] != ["quantity"]
        )

    def right_of(self, head: int) -> list[Placed]:
        """The parties between a head and the next one, without those that are compared with."""
        until = min((other for other in self.heads if other > head), default=len(self.pieces))
        aside = ("than", "scope", "followed", "between")
        return [each for each in self.parties if head < each.at < until and each.lead not in aside]

    def is_own_best(self, head: int, right: Sequence[Placed]) -> bool:
        """'the best accuracy of tanh was 97.6 %': among its own, not among all."""
        if not right or kind(self.pieces[head]) != "extreme" or right[0].lead not in ("with", "of"):
            return False
        between = [piece for piece in self.pieces[head + 1 : right[0].at] if kind(piece) == "plain"]
        verb = any(
            isinstance(piece, Token) and piece.text.casefold() not in ("the", "a", "test", "final", "my", "our")
            for piece in between
        )
        return not verb and any(self.is_value(index) for index in range(right[0].at, len(self.pieces)))

    def starts_bare(self, head: int) -> bool:
        """Whether nobody is named and nothing is unknown before the head, so that the subject is that of the clause before."""
        return all(
            kind(piece) in (*LIGHT, "quantity", "rank", "than", "with", "by", "of", "from", "to")
            or (index and kind(self.pieces[index - 1]) == "from" and kind(piece) == "number")
            or ((index < head - 1 or kind(self.pieces[head]) != "number") and self.is_difference(index))
            for index, piece in enumerate(self.pieces[:head])
        ) and not any(kind(piece) == "thing" for piece in self.pieces[: self._copula(head)])

    def _copula(self, head: int) -> int:
        """The place of 'is' in '[X] is the model with the most ...', else the head."""
        return next((at for at in range(head) if self.text(at) in ("is", "was")), head)

    def speaks_of_the_only_one(self, head: int) -> bool:
        """'the network reaches 97 %', 'the training of 20 epochs took 3 minutes', if nobody is named at all."""
        kinds = {kind(piece) for piece in self.pieces[:head]}
        named = self.before.subject is not None and bool(self.before.subject.names)
        return "unknown" not in kinds and ("thing" in kinds or not (named or self.parties))

    def who(self, head: int, passive: bool = False) -> Party | None:
        """The subject of a head: left of it, after 'by', 'with' or 'was', or that of the clause before."""
        left = self.named_before(head)
        if left:
            if any(self.text(at) in ("made", "makes", "make", "making") for at in range(left[0].at, left[-1].at)):
                left = left[-1:]  # 'X made Y worse'
            parties = list(dict.fromkeys(each.party for each in left))
            names = [each for each in parties if each.names]
            if len(parties) == 2 and names and parties[-1].group == "all" and not parties[-1].nobody:
                parties = names if len(names) == 1 else parties  # 'A and B both'
            return parties[0] if len(parties) == 1 else None
        right = self.right_of(head)
        if passive or self.is_own_best(head, right):
            right = []
        own = kind(self.pieces[head])
        if own == "extreme":  # 'the best result of the three was that of X'
            right = [each for each in right if each.party.group != "all"] or right
        if own in ("extreme", "compare", "same") and right:
            first = right[0]
            bare = first.lead == "" and any(
                isinstance(piece, Token)
                and piece.text.casefold() in (*AUXILIARIES, "came", "went", "goes", "belongs", "by")
                for piece in self.pieces[head : first.at]
            )
            group = bool(first.party.group)
            bare = bare or (own == "extreme" and first.at == head + 1 == len(self.pieces) - 1)  # 'is lowest without X'
            if (first.lead in ("with", "by", "from", "to", "of") or bare) and (not group or own == "same"):
                return first.party
            if not group:
                return None
        if self.starts_bare(head) and self.before.subject is not None:
            return self.before.subject
        if self.speaks_of_the_only_one(head):
            return Party(group="all", size=1)
        return None

    def meaning(self, head: int) -> Meaning:
        piece = self.pieces[head]
        assert isinstance(piece, Token)
        return piece.meaning

    def number_at(self, index: int) -> Number | None:
        piece = self.pieces[index]
        return piece.number if isinstance(piece, Token) else None

    def text(self, head: int) -> str:
        piece = self.pieces[head] if 0 <= head < len(self.pieces) else None
        return piece.text.casefold() if isinstance(piece, Token) else ""

    def number_after(self, index: int) -> Number | None:
        for piece in self.pieces[index + 1 : index + 4]:
            if isinstance(piece, Token) and piece.number:
                return piece.number
            if kind(piece) not in ("plain", "bound", "degree"):
                return None
        return None

    def difference(self, head: int) -> Amount | None:
        """The size of a difference, if its number is nearest to this head: '2 points higher', 'higher by 2 points', 'twice
        as long'."""
        places = [index for index in range(len(self.pieces)) if self.is_difference(index)]
        own = [at for at in places if min(self.heads, key=lambda other: abs(other - at)) == head]
        return self.amount_at(own[0]) if own else None

    def is_difference(self, index: int) -> bool:
        """Whether a number is a difference: after 'by', or right before a comparison."""
        number = self.number_at(index)
        if number is None or number == self.goal:
            return False
        if not self.heads:
            led = index > 0 and "by" in (kind(self.pieces[index - 1]), kind(self.pieces[index - 2]))
            return led and not any(self.text(at).startswith("overfit") for at in range(index))
        if number.unit == "times":
            return True
        before = [
            kind(each)
            for each in self.pieces[max(0, index - 3) : index]
            if kind(each) not in ("bound", "plain", "degree", "of")
            and not (isinstance(each, Party) and number.unit == "points")
        ]
        after = next((kind(each) for each in self.pieces[index + 1 :] if kind(each) not in ("plain", "degree")), "")
        noun = next((at for at in range(index) if self.text(at) in NOUNS), None)
        if noun is not None and all(kind(each) in BESIDE_NOUNS for each in self.pieces[noun + 1 : index]):
            return True  # 'the jump from A to B is about 5 points'
        near = [kind(each) for each in self.pieces[max(0, index - 2) : index]]
        lower = near == ["compare", "bound"] or (near[-1:] == ["compare"] and number.unit in ("points", "seconds"))
        if lower or (after in ("compare", "than", "beat") and kind(self.pieces[index + 1]) != "boundary"):
            return True  # 'lower about 1.4 %', '1.4 % lower'
        return "margin" in " ".join(map(self.text, range(index - 3, index))) or before[-1:] in (["by"], ["change"])

    def amount_at(self, index: int) -> Amount | None:
        """The number at a place, with the word that makes it a bound or approximate."""
        number = self.number_at(index)
        if number is None:
            return None
        before = self.pieces[max(0, index - 3) : index]
        for piece in reversed(before):
            if isinstance(piece, Token) and piece.kind == "bound" and piece.text != "only":
                return Amount(number, piece.meaning.sign, piece.meaning.sign == 0)
        if [kind(piece) for piece in before[-2:]] == ["compare", "than"]:  # 'larger than 1 %'
            return Amount(number, self.meaning(index - 2).sign)
        return Amount(number)

    def is_a_time(self, index: int) -> bool:
        """'after 20 epochs', 'for 20 epochs'"""
        before = next(
            (piece for piece in reversed(self.pieces[:index]) if kind(piece) not in ("degree", "bound")), None
        )
        return isinstance(before, Token) and before.text.casefold() in TIMES

    def is_within(self, index: int) -> bool:
        """'within 2 points', 'to within about half a second'"""
        return "within" in (self.text(index - 1), self.text(index - 2))

    def is_value(self, index: int) -> bool:
        """Whether a number is somebody's value: not a goal, a difference, a setting, or a share of something unknown."""
        piece = self.pieces[index]
        if (
            not isinstance(piece, Token)
            or piece.kind != "number"
            or piece.number == self.goal
            or self.is_difference(index)
        ):
            return False
        before = [each for each in self.pieces[max(0, index - 4) : index] if kind(each) not in ("plain", "bound", "of")]
        if before and kind(before[-1]) == "setting":
            return False
        if index and kind(self.pieces[index - 1]) == "from":
            return False
        after = [kind(each) for each in self.pieces[index + 1 : index + 4] if kind(each) != "plain"]
        return after[:2] not in (["of", "unknown"], ["scope", "unknown"])

    def rival(self, subject: Party) -> Party | None:
        """Whom a comparison without a name refers to: the other of the two that were mentioned last."""
        pair = self.before.pair
        if pair is None or len(subject.names) != 1 or subject.names[0] not in pair:
            return None
        return Party(tuple(name for name in pair if name != subject.names[0]))
