"""What the documents of a submission contain, besides its code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from autograder.results.checks import Fact
from autograder.results.exhibits import Picture, Table
from autograder.results.record import Record


class Question(Record):
    """Something in the student's documents that does not fit the numbers. A person asks; nothing is deducted."""

    said: str = Field(description="the sentence, or the printed figure")
    found: str = Field(description="what the submission's own numbers, or its code, say")


class Candidate(Record):
    """A passage that may be the answer to a review item, if that is not certain."""

    text: str
    place: str = Field(description="file and place in it where it begins")


class Answer(Record):
    """The written answer to a review item, and what a person needs to judge it."""

    text: str = ""
    place: str = Field(default="", description="'homework1.ipynb after cell 9'; empty when none was found")
    announced: bool = Field(default=False, description="a heading or its first word calls it an analysis or the like")
    sentences: int = 0
    asked: tuple[int, int] | None = Field(default=None, description="fewest and most sentences that are asked for")
    also: tuple[str, ...] = Field(default=(), description="where else an answer stands")
    candidates: tuple[Candidate, ...] = Field(
        default=(), description="at most two that may be it, where none is surely"
    )
    measured: tuple[Fact, ...] = Field(default=(), description="what the checks of the same part measured")
    questions: tuple[Question, ...] = ()
    language: str = Field(
        default="", description="where it is not English: its language, and nothing was held against numbers"
    )


DocumentKind = Literal["notebook", "PDF", "document", "text", "script", "picture", "other"]


class Document(Record):
    """A document of the submission, and how it could be read."""

    file: str
    kind: DocumentKind
    found: str = Field(default="", description="'12 paragraphs, 5 pictures'")
    problem: str = Field(default="", description="why it, or a part of it, could not be read")


class HandedIn(Record):
    """What the documents contain for one part: stored outputs, as far as there is room for them."""

    part: str = Field(description="the part's id; empty for what stands under none")
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Fact, ...] = Field(default=(), description="numbers by what they are and where they stand")
    errors: tuple[Fact, ...] = Field(default=(), description="notebook cells that ended in an error")
    questions: tuple[Question, ...] = Field(default=(), description="printed figures that the code does not reach")
    left_out: tuple[str, ...] = Field(default=(), description="what is there and not shown, and why")
