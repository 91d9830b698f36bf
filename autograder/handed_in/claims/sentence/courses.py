"""Claims about a course over the epochs: 'the test accuracy was highest in the last epoch'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from autograder.handed_in.claims.relations import Of, Party, Peak
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.numbers import Quantity

LAST: Final = frozenset(("last epoch", "very last epoch", "final epoch", "very final epoch"))
PEAKS: Final = frozenset("peak peaks peaked peaking culminates culminated".split())
ACCURACIES: Final[tuple[Quantity, ...]] = ("accuracy", "train accuracy")
BEFORE: Final = frozenset("before until earlier than".split())
DOUBTFUL: Final = frozenset(("conjecture", "compare", "beat", "change", "number", "except"))


def peaks(tokens: Sequence[Token]) -> Iterator[Peak]:
    """Claims that a configuration is best in its last epoch, from the parts of a sentence."""
    for part in _parts(tokens):
        last = any(token.text.casefold() in LAST for token in part)
        best = any(_is_best(token) for token in part)
        kinds = [token.kind for token in part]
        named = [token for token in part if token.kind == "name"]
        quantity = next((token.meaning.quantities for token in part if token.kind == "quantity"), ("accuracy",))
        earlier = any(token.text.casefold() in BEFORE for token in part)  # 'peaked before the last epoch'
        if (
            last
            and best
            and not earlier
            and len(named) <= 1
            and quantity[0] in ACCURACIES
            and not DOUBTFUL & set(kinds)
        ):
            subject = Party(named[0].names) if named else Party(group="all")
            yield Peak(subject, Of(quantity, +1), "negation" in kinds)


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token.kind == "boundary" and token.text != "(":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _is_best(token: Token) -> bool:
    highest = token.kind == "extreme" and token.meaning.sign > 0 and not token.meaning.quantities
    return highest or token.text.casefold() in PEAKS
