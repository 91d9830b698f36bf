"""What the headings and labels above a passage say about its part, and where a passage of a submission was placed."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.handed_in.passages import Passage


@dataclass(frozen=True)
class Placed:
    """A passage with the id of the part that it belongs to; empty if that is unknown.

    `sure`: a heading above it says so by number and letter. `probability`: of the part, by all that the file says.
    `perhaps`: other parts that it may belong to. `strength`: how much more its words alone speak for the part than for
    another, in natural logarithms of odds.
    """

    part: str
    passage: Passage
    sure: bool = False
    probability: float = 1.0
    perhaps: tuple[str, ...] = ()
    strength: float = 0.0


@dataclass
class Section:
    """What the headings so far say."""

    number: int = 0  # among the file's sections
    problem: str = ""
    part: str = ""
    sure: bool = False  # the part was named by number and letter, not by words
    level: int = 0
    doubtful: bool = False  # a heading that names nothing has come since
    referred: bool = False  # no heading gave the part, but the text itself
    in_code: bool = False  # a comment in code gave the part
    counted: bool = False  # a letter or a number alone gave the part, within its problem
    labelled: bool = False  # a label at the start of a text gave the part: '2A: Adam was …'
    passed: bool = False  # and this is behind that text
    also: tuple[str, ...] = ()  # the other parts that the heading or label names: '2B and 2C'
    likely: tuple[str, ...] = ()  # the parts whose words the heading has, if it names none
    closed: int = 0  # the level of a heading under which no part is, as 'References'; 0: there is none

    def of_text(
        self,
        part: str,
        problem: str,
        *,
        in_code: bool = False,
        referred: bool = False,
        counted: bool = False,
        labelled: bool = False,
        also: tuple[str, ...] = (),
    ) -> Section:
        """The section started by a text that names its part or problem, at the level of this one."""
        return Section(
            self.number + 1,
            problem,
            part,
            sure=True,
            level=self.level,
            in_code=in_code,
            referred=referred,
            counted=counted,
            labelled=labelled,
            also=also,
        )
