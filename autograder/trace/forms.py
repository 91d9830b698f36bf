"""What a recorded value must look like to be kept: bounded texts, plain values, numbers, and graphs as in `graphs.py`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from autograder.quoting import is_visible

MAX_TEXT: Final = 40_000
MAX_NAME: Final = 100
MAX_NODES: Final = 4_000  # of a graph
MAX_CONSTANTS: Final = 20_000  # numbers of a graph's constants
MAX_DIMENSIONS: Final = 8
NAMELESS: Final = "Nameless"  # instead of a class's name that is not a valid one


def _number_or_nothing(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shortened(value: Any) -> Any:
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _only_plain(value: Any) -> Any:
    """Refuse what can't be written as JSON, such as an array in place of a setting."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_only_plain(each) for each in value]
        case dict():
            return {str(key): _only_plain(each) for key, each in value.items()}
    raise ValueError("it is no plain value")


def _graph(value: Any) -> Any:
    """Refuse nodes and arguments of a graph that are not of the form in `autograder/trace/graphs.py`."""
    if not isinstance(value, list | tuple):
        raise ValueError("it is no graph")
    if len(value) > MAX_NODES:
        raise ValueError("it is too large")
    constants = 0
    for node in value:
        match list(node) if isinstance(node, list | tuple) else None:
            case ["in", str(), None | str()]:
                pass
            case ["constant", str(), list() | tuple() as shape, list() | tuple() as numbers] if _is_array(
                shape, numbers
            ):
                constants += len(numbers)
            case ["op", str(), str(), list() | tuple() as arguments, dict() as keywords]:
                _arguments([*arguments, *keywords.values()])
            case ["out", list() | tuple() as arguments]:
                _arguments(arguments)
            case _:
                raise ValueError("a node is of no known form")
    if constants > MAX_CONSTANTS:
        raise ValueError("its constants are too large")
    return _only_plain(value)


def _is_array(shape: Sequence[Any], numbers: Sequence[Any]) -> bool:
    """Whether the numbers are finite and fill an array of this shape."""
    whole = all(type(each) is int and each >= 0 for each in shape)
    known = all(type(each) in (int, float) and math.isfinite(each) for each in numbers)
    return whole and known and len(shape) <= MAX_DIMENSIONS and math.prod(shape) == len(numbers)


def _arguments(values: Iterable[Any]) -> None:
    for value in values:
        match value:
            case {"node": str()} | {"other": str()} if len(value) == 1:
                pass
            case dict():
                raise ValueError("an argument is of no known form")
            case list() | tuple():
                _arguments(value)


def _name(value: Any) -> Any:
    """A class's name if it is an identifier that a reader can see: `type(...)` makes classes of any name, and reports quote
    them in their sentences."""
    if not isinstance(value, str):
        return value
    return value if value.isidentifier() and is_visible(value) and len(value) <= MAX_NAME else NAMELESS


Number = Annotated[float | None, BeforeValidator(_number_or_nothing)]
Text = Annotated[str, BeforeValidator(_shortened)]
Name = Annotated[str, BeforeValidator(_name)]
Plain = Annotated[Any, BeforeValidator(_only_plain)]
Graph = Annotated[tuple[Any, ...], BeforeValidator(_graph)]
