"""The bug library: patches on the reference's text, read from the assignment's YAML files.

```yaml
- bug: train_epoch.zero-grad-missing
  cause: Gradients accumulate from batch to batch, because `optimizer.zero_grad()` is missing.
  mend: Call `optimizer.zero_grad()` before `loss.backward()` in every batch.
  patch:
    - replace: "        optimizer.zero_grad()\n"
      by: ""
```

An entry with `right` instead of `bug` is not a bug, but another right way to write the function, which gives other answers
(a loss as the mean of the batches' means). Bugs are looked for in these versions too.

The part of the name before the dot is the function that the bug is in; patches apply to that function's text only. It may be a
private one: the bug is then looked for wherever a public function that uses it fails.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from autograder.errors import WrongUse
from autograder.reference import Reference
from autograder.rubric.source import read_yaml


class BugLibraryError(WrongUse):
    """A bug file is invalid. The message names file and bug."""


class Patch(BaseModel):
    """Replace one piece of text by another; it must occur exactly once in the function."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    replace: str = Field(min_length=1)
    by: str


Name = Annotated[str, Field(pattern=r"^\w+\.[a-z0-9-]+$")]


class RightVersion(BaseModel):
    """Another right version of one standard function."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    right: Name
    patch: tuple[Patch, ...] = Field(min_length=1)

    @property
    def function(self) -> str:
        return self.right.partition(".")[0]


class Bug(BaseModel):
    """A wrong version of one standard function, with one sentence on the cause and one on how to fix it.

    `loses` names the rubric items that a submission with this bug must lose; `may_lose` those that it loses or keeps by chance,
    such as an accuracy that it barely reaches. It must keep all others. `latent` marks a bug that a run with right results can
    hide, such as an evaluation in training mode of a network without dropout.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    bug: Name
    cause: str = Field(min_length=1)
    mend: str = Field(min_length=1)
    patch: tuple[Patch, ...] = Field(min_length=1)
    loses: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()
    latent: bool = False

    @property
    def function(self) -> str:
        return self.bug.partition(".")[0]


Entry = Annotated[
    Annotated[Bug, Tag("bug")] | Annotated[RightVersion, Tag("right")],
    Discriminator(lambda entry: "right" if isinstance(entry, dict) and "right" in entry else "bug"),
]


@dataclass(frozen=True)
class BugLibrary:
    """All known bugs and other right versions of an assignment, with the reference that they are patches of."""

    reference: Reference
    bugs: tuple[Bug, ...]
    right_versions: tuple[RightVersion, ...] = ()

    def of(self, functions: Iterable[str]) -> Iterator[Bug]:
        """The bugs in these functions, and in the private ones that they are made of."""
        wanted = self._with_private(functions)
        return (bug for bug in self.bugs if bug.function in wanted)

    def versions_of(self, functions: Iterable[str]) -> tuple[RightVersion, ...]:
        """Other right versions of these functions, and of the private ones that they are made of."""
        wanted = self._with_private(functions)
        return tuple(version for version in self.right_versions if version.function in wanted)

    def reached(self, functions: Iterable[str], asked: Collection[str]) -> tuple[str, ...]:
        """The functions that are among the `asked` ones, or that the text of one of these mentions."""
        texts = []
        for name in set(asked) & self.reference.defined_in.keys():
            text = self.reference.source(self.reference.defined_in[name])
            texts.append(text[slice(*span(text, name))])
        mentioned = set(re.findall(r"\w+", " ".join(texts)))
        return tuple(name for name in functions if name in mentioned)

    def _with_private(self, functions: Iterable[str]) -> set[str]:
        names = set(functions)
        return names.union(*(self.reference.private_parts(name) for name in names))

    def patched(self, *changes: Bug | RightVersion) -> Mapping[str, str]:
        """The text of the reference's files with these changes in them, by file name.

        Raises BugLibraryError when the text that a patch replaces does not occur exactly once.
        """
        texts: dict[str, str] = {}
        for bug in changes:
            name = bug.bug if isinstance(bug, Bug) else bug.right
            file = self.reference.defined_in.get(bug.function)
            if file is None:
                raise BugLibraryError(f"{name}: the reference defines no `{bug.function}`")
            text = texts.get(file, self.reference.source(file))
            start, end = span(text, bug.function)
            body = text[start:end]
            for patch in bug.patch:
                if body.count(patch.replace) != 1:
                    raise BugLibraryError(
                        f"{name}: {patch.replace!r} occurs {body.count(patch.replace)} times in `{bug.function}` "
                        f"of {file}; it must occur once"
                    )
                body = body.replace(patch.replace, patch.by)
            texts[file] = text[:start] + body + text[end:]
        return texts

    def function_texts(self, bug: Bug) -> tuple[str, str]:
        """The text of the bug's function as the reference has it, and with the bug in it."""
        file = self.reference.defined_in[bug.function]
        right, wrong = self.reference.source(file), self.patched(bug)[file]
        return right[slice(*span(right, bug.function))], wrong[slice(*span(wrong, bug.function))]

    def variant(self, *changes: Bug | RightVersion) -> Reference:
        """The reference with these changes."""
        return self.reference.variant(self.patched(*changes))


def load_bugs(folder: Path, reference: Reference) -> BugLibrary:
    """Read all `*.yaml` files of a folder; a missing folder is an empty library. Raises BugLibraryError,
    or RubricError for a file that is not YAML."""
    entries = [entry for path in sorted(folder.glob("*.yaml")) for entry in _read(path)]
    bugs = tuple(entry for entry in entries if isinstance(entry, Bug))
    right_versions = tuple(entry for entry in entries if isinstance(entry, RightVersion))
    names = [bug.bug for bug in bugs]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BugLibraryError(f"{folder}: defined twice: {', '.join(doubled)}")
    return BugLibrary(reference, bugs, right_versions)


def _read(path: Path) -> tuple[Bug | RightVersion, ...]:
    content, source = read_yaml(path)
    try:
        return TypeAdapter(tuple[Entry, ...]).validate_python(content or [])
    except ValidationError as error:
        problems = []
        for problem in error.errors():
            index, steps = problem["loc"][:1], problem["loc"][2:]  # between them is the entry's kind
            problems.append(f"{source.place(*index, *steps)}: {problem['msg']}")
        raise BugLibraryError("\n".join(problems)) from error


def span(text: str, function: str) -> tuple[int, int]:
    """The start and end in `text` of the definition of a top-level function or class, decorators included."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            lines = text.splitlines(keepends=True)
            start = sum(map(len, lines[: first - 1]))
            return start, start + sum(map(len, lines[first - 1 : node.end_lineno]))
    raise BugLibraryError(f"the reference defines no `{function}` any more after a patch")
