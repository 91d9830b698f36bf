"""What a probe raises if the student's code ran but returned something that can't be used."""

from __future__ import annotations


class Unsuitable(Exception):
    """The message is for the student: what was expected, and what was returned instead."""


def describe(value: object) -> str:
    """A value in a few words, for such messages: 'None', 'a list of Tensor', 'the text \\'sgd\\''."""
    match value:
        case None:
            return "None"
        case bool() | int() | float():
            return f"the {type(value).__name__} {value!r}"
        case str():
            return f"the text {value[:60]!r}"
        case list() | tuple() if value:
            return f"a {type(value).__name__} of {type(value[0]).__name__}"
    shape = getattr(value, "shape", None)
    if shape is not None:
        try:
            return f"{_article(type(value).__name__)} of shape {tuple(shape)}"
        except TypeError:
            pass
    return _article(type(value).__name__)


def _article(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
