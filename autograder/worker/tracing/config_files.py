"""Sizes of data sets in configuration files (YAML, JSON, TOML), for a run on cut ones: `val_size: 5000` counts as
`val_size = 5000` in code does, and is divided when the file is read (`shrinking.py`)."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from autograder.worker.library_data import change_when_loaded
from autograder.worker.tracing.shrinking import NAMED, divided_number

READERS: Final[dict[str, Callable[[str], Any]]] = {
    ".yaml": YAML(typ="safe").load,
    ".yml": YAML(typ="safe").load,
    ".json": json.loads,
    ".toml": tomllib.loads,
}
LARGEST: Final = 100_000  # bytes of a file; one with results may have more
MOST: Final = 40  # files


def numbers_in(folder: Path) -> Iterator[tuple[str, int]]:
    """The keys, at any depth, that a configuration file in `folder` gives whole numbers to, and these."""
    files = sorted(each for each in folder.rglob("*") if each.suffix.lower() in READERS and each.is_file())
    for file in [each for each in files if each.stat().st_size <= LARGEST][:MOST]:
        try:
            content = READERS[file.suffix.lower()](file.read_text(encoding="utf-8-sig"))
            yield from _numbers(content)
        except (OSError, ValueError, YAMLError, RecursionError):
            continue


def divide(named: frozenset[str]) -> None:
    """From now on, in this process: divide the numbers with these names in what is read."""

    def change(module: ModuleType, name: str) -> None:
        setattr(module, name, _dividing(getattr(module, name), named))

    # the other functions of each module call this one
    names = {"yaml": "load", "json": "loads", "tomllib": "loads"}
    change_when_loaded({module: functools.partial(change, name=name) for module, name in names.items()})


def _numbers(content: Any) -> Iterator[tuple[str, int]]:
    """Each part once, however often YAML's aliases repeat it: nested ones would be more than there is time for."""
    left, seen = [content], set[int]()
    while left:
        part = left.pop()
        if not isinstance(part, dict | list) or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            yield from ((str(key), value) for key, value in part.items() if isinstance(value, int))
        left += reversed(list(part.values()) if isinstance(part, dict) else part)


def _dividing(original: Callable[..., Any], named: frozenset[str]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(*given: Any, **options: Any) -> Any:
        return _divided(original(*given, **options), named)

    return read


def _divided(content: Any, named: frozenset[str]) -> Any:
    if isinstance(content, dict):
        return {
            key: divided_number(value, NAMED) if key in named else _divided(value, named)
            for key, value in content.items()
        }
    return [_divided(each, named) for each in content] if type(content) is list else content
