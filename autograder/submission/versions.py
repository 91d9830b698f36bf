"""Which sources are earlier versions of another one, by names and contents. Only the last version is graded.

Names that differ only by version marks (`marks`) form a family. Its last member is the one marked as final, else the one with the
highest number, but not one called old, a draft or a copy. If that does not decide, it is the one with the most code.
Another member is an earlier version only if its content is found again in the last one, or in one that is already left out.
A student who splits the work must never lose a file, so in doubt everything is graded as it is.

File times play no part: a folder and its archive are graded alike.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from autograder.submission.marks import Marks, as_a_part, marks_of
from autograder.submission.names import is_notebook

MAPPING: Final = "autograder.toml"
MOST_MAPPING: Final = 100_000  # characters
MOST_TOLD: Final = 6  # names in a sentence
COMMENT: Final = re.compile(r"(?:^|\s)#.*")
TRIVIAL: Final = re.compile(r"(import|from)\b|[%!]|plt\.\w+\(|.{0,3}$")  # lines that all notebooks share
NAME: Final = re.compile(r"[^\W\d]\w{2,}")
# What comes before the name of a module that is imported or run.
IMPORTING: Final = "|".join(
    (r"from\s+[\w.]*", r"import\b[^\n]*", r"import\s*\([^)]*", r"import_module\([^\n]*", r"%run\s+\S*", r"-m\s+[\w.]*")
)
HANDED_ON: Final = re.compile(r"nbconvert|\bzip\b|download")  # lines that only export or pack a file

# How much of one source's lines, and of the words in its code, must be found again in another. Parts of one work, as in our own
# submissions, share at most 0.32 of their lines and 0.71 of their words; a piece of work that the other lacks brings new words.
# Three versions of a student's notebook shared 0.99 of both.
ALIKE: Final = 0.5, 0.9
ALIKE_BY_NUMBER: Final = 0.75, 0.9  # a number, a date or a copy may also be another experiment
SHORT: Final = 8  # lines; if a source has fewer, all must be found again
AS_MUCH: Final = 0.5  # share of the code: with this much beside them, numbered files are parts of a larger work


@dataclass(frozen=True)
class Content:
    """A source's distinctive lines, how many of them are code, and its words."""

    lines: Counter[str]
    code: int
    words: frozenset[str]
    text: str  # its code, without comments

    def found_in(self, other: Content) -> tuple[float, float]:
        """The shares of this source's lines, and of its words, that the other has, too."""
        lines, words = self.lines.total(), len(self.words)
        return (
            (self.lines & other.lines).total() / lines if lines else 1.0,
            len(self.words & other.words) / words if words else 1.0,
        )


def families(paths: Sequence[str]) -> list[tuple[str, ...]]:
    """The sources whose names say that they may be versions of each other, in the order given."""
    found: dict[tuple[str, ...], list[str]] = {}
    marks = {path: marks_of(path) for path in paths if PurePosixPath(path).name != "__init__.py"}
    plain = {each.base for each in marks.values() if not each.download}
    for path, each in marks.items():
        whole = as_a_part(each) if each.download and each.base not in plain else each
        found.setdefault(whole.base, []).append(path)
    return [tuple(family) for family in found.values() if len(family) > 1 and any(marks[path].any for path in family)]


def told(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A record for each of the `families` of which one is graded: the `chosen` one, and those `left_out`.

    `sources` are all in `folder`, `mappings` the students' files that say which function is where, and `named` the files that
    stay in any case. For a process of its own: the contents are a stranger's.
    """
    folder = Path(given["folder"])
    contents = {path: _content(folder / path) for path in given["sources"]}
    left_out: dict[str, set[str]] = {}
    for family in given["families"]:
        if last := _last(family, contents):
            left_out[last] = _earlier(family, last, contents)
    mappings = "\n".join((folder / path).read_text("utf-8", "replace")[:MOST_MAPPING] for path in given["mappings"])
    said = [mappings, *given["named"]]
    stays = {path for path in contents if any(_names(text, path, contents) for text in said)}
    while True:
        left_out = {last: paths - stays for last, paths in left_out.items()}
        out = set[str]().union(*left_out.values())
        stays = {path for path in out if any(_uses(at, path, contents) for at in contents.keys() - out)}
        if not stays:  # one that stays may itself use another
            break
    for last, paths in left_out.items():
        if paths:
            yield {"chosen": last, "left_out": [path for path in given["sources"] if path in paths]}


def sentence(chosen: str, left_out: Sequence[str]) -> str:
    """What the report says about it."""
    *most, last = left_out
    if len(left_out) > MOST_TOLD:
        most, last = most[: MOST_TOLD - 1], f"{len(left_out) - MOST_TOLD + 1} more"
    names = (
        f"{', '.join(most)} and {last} look like earlier versions" if most else f"{last} looks like an earlier version"
    )
    have = "they have" if most else "it has"
    return (
        f"{names} of {chosen}: only {chosen} was graded. If {have} work of {'their' if most else 'its'} own, hand that in under "
        f"another name, or name the file in `{MAPPING}`."
    )


def _last(family: Sequence[str], contents: Mapping[str, Content]) -> str | None:
    """The member that counts; None if names and contents leave that open."""
    marks = {path: marks_of(path) for path in family}
    left = list(family)
    left = [path for path in left if not marks[path].older] or left
    left = [path for path in left if marks[path].finals] or left
    left = [path for path in left if not marks[path].copy] or left
    left = _highest(left, marks)
    if len({marks[path].number for path in left}) == 1:
        left = [path for path in left if marks[path].newer] or left
    for rank in ("date", "download", "finals"):
        values = {path: getattr(marks[path], rank) for path in left}
        if all(values.values()) or rank != "date":
            left = [path for path in left if values[path] == max(values.values())]
    most = max(contents[path].code for path in left)
    left = [path for path in left if contents[path].code == most]
    same = all(contents[path].lines == contents[left[0]].lines for path in left)
    return left[0] if len(left) == 1 or same else None


def _highest(paths: Sequence[str], marks: Mapping[str, Marks]) -> list[str]:
    """Those with the highest number. One without a number comes before a second version; beside a first it may be the last."""
    numbers = {marks[path].number for path in paths} - {()}
    if not numbers:
        return list(paths)
    is_first = min(numbers) >= (2,)
    return [
        path
        for path in paths
        if marks[path].number == max(numbers) or not (marks[path].number or (is_first and not marks[path].newer))
    ]


def _earlier(family: Sequence[str], last: str, contents: Mapping[str, Content]) -> set[str]:
    """The members whose work is found again in the last one, or in another earlier version."""
    found = {last}
    weak = [path for path in family if path != last and not _is_said(marks_of(path), marks_of(last))]
    if any(_may_be_another(marks_of(path), marks_of(last)) for path in weak) and _is_a_part(last, contents):
        family = [path for path in family if path not in weak]
    for _ in family:
        found |= {
            path
            for path in family
            if any(
                _is_found(contents[path], contents[other], ALIKE_BY_NUMBER if path in weak else ALIKE)
                for other in found
            )
        }
    return found - {last}


def _is_said(marks: Marks, last: Marks) -> bool:
    """Whether a word says that one counts and the other does not. 'fixed' may be one experiment of two, as may 'v2'."""
    return bool(last.finals > marks.finals or marks.older > last.older)


def _may_be_another(marks: Marks, last: Marks) -> bool:
    return (marks.number, marks.date, marks.newer) != (last.number, last.date, last.newer) and not marks.copy


def _is_a_part(last: str, contents: Mapping[str, Content]) -> bool:
    """Whether other sources, neither versions of anything nor used by this one, contain much of the work."""
    others = [path for path in contents if not marks_of(path).any and marks_of(path).base != marks_of(last).base]
    apart = sum(contents[path].code for path in others if not _uses(last, path, contents))
    return apart >= AS_MUCH * contents[last].code


def _is_found(one: Content, other: Content, least: tuple[float, float]) -> bool:
    lines, words = one.found_in(other)
    if one.lines.total() < SHORT:
        return lines == 1
    return lines >= least[0] and words >= least[1]


def _uses(at: str, path: str, contents: Mapping[str, Content]) -> bool:
    """Whether the source `at` imports the one at `path`, or runs or reads it by its name."""
    text = contents[at].text
    if _names("\n".join(line for line in text.split("\n") if not HANDED_ON.search(line)), path, contents):
        return True
    pure = PurePosixPath(path)
    module = rf"\b{re.escape(pure.stem)}\b"
    if not _is_alone(path, contents) and pure.parent not in (PurePosixPath(), PurePosixPath(at).parent):
        # `from old.model import`, `from old import model`
        return bool(re.search(rf"\b{re.escape(pure.parent.name)}(?:\.|\s+import\s+){module}", text))
    return bool(re.search(rf"(?:{IMPORTING}){module}", text))


def _names(text: str, path: str, all_paths: Iterable[str]) -> bool:
    """Whether a text has the name of this file, with its folder if the name is not unique."""
    name = "/".join(PurePosixPath(path).parts[-1 if _is_alone(path, all_paths) else -2 :])
    return bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?!\w)", text))


def _is_alone(path: str, all_paths: Iterable[str]) -> bool:
    """Whether only one file has this name."""
    name = PurePosixPath(path).name
    return sum(PurePosixPath(each).name == name for each in all_paths) == 1


def _content(path: Path) -> Content:
    cells = list(_cells(path))
    code = "\n".join(COMMENT.sub("", line) for is_code, text in cells if is_code for line in text.split("\n"))
    lines = Counter(_telling(code.split("\n")))
    words = frozenset(word for line in lines for word in NAME.findall(line))
    written = Counter(_telling(line for is_code, text in cells if not is_code for line in text.split("\n")))
    return Content(lines + written, lines.total(), words, code)


def _cells(path: Path) -> Iterator[tuple[bool, str]]:
    text = path.read_text("utf-8-sig", "replace")
    if not is_notebook(path.name):
        yield True, text
        return
    for cell in json.loads(text)["cells"]:
        source = cell["source"]
        yield cell["cell_type"] == "code", source if isinstance(source, str) else "".join(source)


def _telling(lines: Iterable[str]) -> Iterator[str]:
    """The lines that distinguish one source from another, with single spaces."""
    for line in lines:
        plain = " ".join(line.split())
        if not TRIVIAL.match(plain):
            yield plain
