"""A token in the context of its sentence: what comes before it, what comes next, what it continues with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from autograder.handed_in.claims.sentence.tokens import Token

LIGHT: Final = frozenset(("plain", "thing", "degree", "with"))  # kinds of words that may come before a name


@dataclass(frozen=True)
class Context:
    """A token among those of its sentence."""

    found: Sequence[Token]
    index: int

    @cached_property
    def token(self) -> Token:
        return self.found[self.index]

    @cached_property
    def text(self) -> str:
        return self.token.text.casefold()

    @cached_property
    def before(self) -> Sequence[Token]:
        return self.found[: self.index]

    @cached_property
    def rest(self) -> Sequence[Token]:
        return self.found[self.index + 1 :]

    @property
    def kind_before(self) -> str:
        """The kind of the token before; empty for the first."""
        return self.before[-1].kind if self.before else ""

    @property
    def kind_after(self) -> str:
        """The kind of the next token; empty for the last."""
        return self.rest[0].kind if self.rest else ""

    @property
    def text_before(self) -> str:
        return self.before[-1].text.casefold() if self.before else ""

    @property
    def text_after(self) -> str:
        return self.rest[0].text.casefold() if self.rest else ""

    @cached_property
    def goes_on_with(self) -> Token | None:
        """The next token, skipping degrees, bounds and small words: '97' in 'over [just about 97]'."""
        skipped = ("the", "a", "us", "me")
        return next(
            (
                each
                for each in self.rest
                if each.kind not in ("degree", "bound") and not (each.kind == "plain" and each.text in skipped)
            ),
            None,
        )

    @property
    def is_numbered(self) -> bool:
        return self.goes_on_with is not None and self.goes_on_with.kind == "number"

    @property
    def unit(self) -> str:
        """The unit of the number that comes next; empty if it has none or no number follows."""
        number = self.goes_on_with.number if self.goes_on_with is not None and self.is_numbered else None
        return number.unit if number else ""

    @cached_property
    def kind_named(self) -> str:
        """The kind of the next token, skipping light words; empty at the end."""
        return next((each.kind for each in self.rest if each.kind not in LIGHT), "")

    @property
    def is_of_somebody(self) -> bool:
        return self.kind_named in ("name", "group", "pronoun")
