"""Reading YAML into plain Python values while keeping the line of every key and list element."""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, ScalarNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.tag import Tag

from autograder.rubric.problems import Place, Problem, RubricError

Steps = tuple[str | int, ...]  # from the document's root: ("parts", 0, "items", 1, "points")
TEXT: Final = Tag(suffix="tag:yaml.org,2002:str")
MERGE: Final = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Source:
    """A YAML file and the line of each thing in it."""

    path: Path
    lines: Mapping[Steps, int] = field(default_factory=dict)

    def place(self, *steps: str | int) -> Place:
        """The place that `steps` lead to; for a field that the file lacks, the nearest enclosing line."""
        known = (steps[:length] for length in range(len(steps), 0, -1))
        line = next((self.lines[prefix] for prefix in known if prefix in self.lines), 1)
        return Place(str(self.path), line, _written(steps))


class KeysAsWritten(RoundTripConstructor):
    """Reads the keys of mappings as the text that is written: `007` and `1.10` name a student or an item, not a number."""

    def construct_document(self, node: Any) -> Any:
        waiting, seen = [node], set[int]()
        while waiting:
            each = waiting.pop()
            if not isinstance(each, CollectionNode) or id(each) in seen:
                continue
            seen.add(id(each))
            waiting += [value for pair in each.value for value in pair] if isinstance(each, MappingNode) else each.value
            for key, _ in each.value if isinstance(each, MappingNode) else ():
                if isinstance(key, ScalarNode) and key.tag != MERGE and key.anchor is None:
                    key.ctag = TEXT
        return super().construct_document(node)


def read_yaml(path: Path) -> tuple[object, Source]:
    """Read one YAML document, its keys as text. Raises `RubricError` for a file that is unreadable or not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = "no such file; check the path"
        raise RubricError([Problem(Place(str(path)), message)]) from None
    except OSError as error:
        message = f"cannot be read ({error.strerror}); give the path of a readable YAML file"
        raise RubricError([Problem(Place(str(path)), message)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = "not UTF-8 text; save the file as UTF-8"
        raise RubricError([Problem(Place(str(path), line), message)]) from None
    content, lines = _parsed(path, text)
    return copy.deepcopy(content), Source(path, lines)


@functools.lru_cache(maxsize=16)  # a process that grades a class reads the same few files for each submission
def _parsed(path: Path, text: str) -> tuple[object, Mapping[Steps, int]]:
    yaml = YAML(typ="rt")
    yaml.Constructor = KeysAsWritten
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise RubricError([_syntax_problem(path, text, error)]) from None
    except Exception as error:  # ruamel's for values such as a 13th month, Python's for nesting that is too deep
        message = f"not valid YAML: {type(error).__name__}: {str(error)[:200]}; look for a value or brackets that are not meant"
        raise RubricError([Problem(Place(str(path)), message)]) from None
    lines: dict[Steps, int] = {}
    return _plain(document, (), lines), lines


def _syntax_problem(path: Path, text: str, error: YAMLError) -> Problem:
    line = None
    reason = str(error)
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        reason = error.reason
    elif isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        reason = ", ".join(filter(None, (error.context, error.problem)))
    if isinstance(error, DuplicateKeyError):
        key = str(error.problem).partition(" with value")[0]
        return Problem(Place(str(path), line), f"{key}; keep one of the two")
    return Problem(Place(str(path), line), f"not valid YAML: {reason}; mend it here or on the line above")


def _plain(node: object, steps: Steps, lines: dict[Steps, int]) -> object:
    """Copy `node` without ruamel's own types, noting the line of each key and element in `lines`."""
    if isinstance(node, CommentedMap):
        mapping = {}
        for key, value in node.items():
            below = (*steps, str(key))
            if key in (node.lc.data or {}):  # false for a key merged in by `<<`
                lines[below] = node.lc.key(key)[0] + 1
            mapping[str(key)] = _plain(value, below, lines)
        return mapping
    if isinstance(node, CommentedSeq):
        elements = []
        for index, value in enumerate(node):
            below = (*steps, index)
            lines[below] = node.lc.item(index)[0] + 1
            elements.append(_plain(value, below, lines))
        return elements
    return node


def _written(steps: Steps) -> str:
    """The steps as an author reads them: `parts[0].items[1].points`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
