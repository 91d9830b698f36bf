"""How well the written answers are found: `python -m benchmarks.reading FOLDER`.

Each folder in FOLDER is a submission, with an `expected.yaml` that says by part how the sentences of its answer begin, or
`none`; and under `never` how sentences begin that are no answer. Of each review item in each submission it is told whether

- the right passage is shown: three quarters of its sentences or more, and none of another part's or of `never`; or that there is
  none, where there is none;
- the right passage is shown with some of `never` beside it, fewer sentences than its own: of setup, say, or of theory;
- a wrong passage is shown: one with a sentence of another part, with more of `never` than that, or any where there is none;
- a person is asked: no passage is surely the answer, and one or two are shown that may be it. This is neither right nor wrong,
  and it is told how often the right one was among them, or there was none.

The rest is what was missed, or found in part.

The words of each part are learned from `rubric/answers.md`, which holds answers out of `tests/documents`. `--held-out` leaves
out, for each submission, those of its whole set (the folders whose names begin with the same letter), and so tells more of
what to expect of others.
"""

from __future__ import annotations

import argparse
import itertools
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from autograder.assembling import assemble
from autograder.checks.settings import Settings
from autograder.handed_in.attaching import attach
from autograder.handed_in.gathering import gather
from autograder.handed_in.sentences import sentences
from autograder.results import Result, SubmissionInfo
from autograder.rubric import Rubric, load_rubric
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.submission.names import is_source

ROOT: Final = Path(__file__).resolve().parents[1]
EXPECTED: Final = "expected.yaml"
NEVER: Final = "never"  # in it, of sentences that answer nothing
ENOUGH: Final = 0.75  # of an answer's sentences
SHORT: Final = 8  # letters and digits of a sentence that may stand in another by chance
LONGEST: Final = 60  # letters and digits of a sentence's beginning that are compared


@dataclass(frozen=True)
class Outcome:
    """What was shown for one review item of one submission."""

    document: str
    part: str
    expected: tuple[str, ...]  # how its sentences begin
    found: tuple[str, ...]  # those of them that are shown
    foreign: tuple[str, ...]  # sentences of other parts' answers that are shown
    idle: tuple[str, ...]  # those that answer nothing and are shown
    shown: str
    place: str
    candidates: tuple[str, ...] = ()  # passages that may be it, where none surely is

    @property
    def asked(self) -> bool:
        return bool(self.candidates)

    @property
    def among(self) -> bool:
        """Whether the right passage is among the candidates, or there is none to be found."""
        return self.asked and any(
            sum(stands(each, text) for each in self.expected) >= ENOUGH * len(self.expected) for text in self.candidates
        )

    @property
    def wrong(self) -> bool:
        return bool(
            self.foreign or (self.shown and not self.expected) or (self.idle and len(self.idle) >= len(self.found))
        )

    @property
    def whole(self) -> bool:
        """Whether the right passage is shown, or rightly none."""
        return not self.asked and not self.wrong and len(self.found) >= ENOUGH * len(self.expected)

    @property
    def right(self) -> bool:
        """Whether it is shown, and nothing beside it."""
        return self.whole and not self.idle

    @property
    def verdict(self) -> str:
        if self.asked or self.right or self.wrong:
            return "asked" if self.asked else "right" if self.right else "WRONG"
        if self.whole:
            return "right, with more beside it"
        return "in part" if self.found else "missed"


def outcomes(folder: Path, rubric: Rubric) -> Iterator[Outcome]:
    """One for each review item of the submission in `folder`."""
    expected: Mapping[str, Any] = YAML(typ="safe").load((folder / EXPECTED).read_text(encoding="utf-8"))
    result = read(folder, rubric)
    begins = {part: _listed(expected.get(part)) for part in expected}
    for item in result.items:
        if item.kind != "review" or item.part not in expected:
            continue
        shown = item.answer.text if item.answer else ""
        others = [each for part, each_part in begins.items() if part not in (item.part, NEVER) for each in each_part]
        yield Outcome(
            document=folder.name,
            part=item.part,
            expected=tuple(begins[item.part]),
            found=tuple(each for each in begins[item.part] if stands(each, shown)),
            foreign=tuple(each for each in others if stands(each, shown) and each not in begins[item.part]),
            idle=tuple(each for each in begins.get(NEVER, ()) if stands(each, shown)),
            shown=shown,
            place=item.answer.place if item.answer else "",
            candidates=tuple(each.text for each in item.answer.candidates) if item.answer else (),
        )


def read(folder: Path, rubric: Rubric) -> Result:
    """A result with nothing but what the documents of the submission in `folder` hold."""
    with tempfile.TemporaryDirectory() as scratch:
        handed_in = [(path.relative_to(folder).as_posix(), path) for path in _files(folder)]
        if not any(is_source(name) for name, _ in handed_in):  # a submission must have one
            (blank := Path(scratch) / "blank.py").touch()
            handed_in.append((blank.name, blank))
        submission = collect(handed_in, Path(scratch) / "submission", name=folder.name)
        info = SubmissionInfo(name=folder.name, sha256=submission.sha256, files=submission.files)
        result = assemble(rubric, Settings("quick", Kind.NONE, threads=1), info, (), (), 0.0)
        return attach(result, gather(submission), rubric)


def held_out(folders: Sequence[Path], rubric: Rubric, scratch: Path) -> Rubric:
    """The rubric with a file of example answers in which none of these submissions' own stands, put into `scratch`."""
    loaded = [YAML(typ="safe").load((folder / EXPECTED).read_text(encoding="utf-8")) for folder in folders]
    begins = [begin for expected in loaded for part in expected for begin in _listed(expected[part])]
    kept = scratch / "answers.md"
    texts = (rubric.root / rubric.assignment.answers).read_text(encoding="utf-8").split("\n\n")
    own = {text for text in texts if not text.startswith("#") and any(stands(begin, text) for begin in begins)}
    kept.write_text("\n\n".join(text for text in texts if text not in own), encoding="utf-8")
    return rubric.model_copy(update={"assignment": rubric.assignment.model_copy(update={"answers": str(kept)})})


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != EXPECTED]


def _listed(expected: Any) -> list[str]:
    return [str(each) for each in expected] if isinstance(expected, list) else []


def stands(beginning: str, shown: str) -> bool:
    """Whether a sentence that begins so is shown. One of few letters, such as 'Time.', must be a sentence there."""
    start = _start(beginning)
    if len(start) >= SHORT:
        return start in _bare(shown)
    return any(_bare(sentence) == start for paragraph in shown.split("\n") for sentence in sentences(paragraph))


def _start(sentence: str) -> str:
    return _bare(sentence)[:LONGEST]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def told(found: Sequence[Outcome], every: bool = False) -> Iterator[str]:
    """The figures, and before them each item that was not right."""
    for each in found:
        if not each.right or every:
            verdict = each.verdict
            count = f"{len(each.found)} of {len(each.expected)} sentences"
            yield f"{each.document} {each.part}: {verdict}, {count}, {each.place or 'none shown'}"
            yield from (f"    not its own: {sentence}" for sentence in (*each.foreign, *each.idle))
            yield from (f"    not shown: {sentence}" for sentence in each.expected if sentence not in each.found)
    right, wrong, whole = (sum(getattr(each, what) for each in found) for what in ("right", "wrong", "whole"))
    answered = [each for each in found if each.expected]
    sentences = sum(len(each.expected) for each in found)
    yield f"{len({each.document for each in found})} submissions, {len(found)} items, {len(answered)} of them answered"
    yield f"right passage, or rightly none: {whole} of {len(found)} ({whole / max(len(found), 1):.1%})"
    yield f"of these with nothing beside it: {right} ({right / max(len(found), 1):.1%} of all)"
    yield f"wrong passage shown: {wrong} of {len(found)} ({wrong / max(len(found), 1):.1%})"
    asked = [each for each in found if each.asked]
    yield f"asked of a person: {len(asked)}, with the right passage, or none to be found, in {sum(each.among for each in asked)}"
    yield f"sentences of the answers that are shown: {sum(len(each.found) for each in found)} of {sentences}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "tests" / "documents")
    parser.add_argument("--all", action="store_true", help="tell the right ones, too")
    parser.add_argument("--held-out", action="store_true", help="learn no words from a submission's own set")
    arguments = parser.parse_args()
    rubric = load_rubric(ROOT / "rubric" / "hw1.yaml")
    folders = sorted(path.parent for path in arguments.folder.glob(f"*/{EXPECTED}"))
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory() as scratch:
        for letter, of_one_set in itertools.groupby(folders, key=lambda folder: folder.name[0]):
            own = list(of_one_set)
            known = Path(scratch, letter)
            known.mkdir()
            taught = held_out(own, rubric, known) if arguments.held_out else rubric
            found += [outcome for folder in own for outcome in outcomes(folder, taught)]
    print("\n".join(told(found, every=arguments.all)))


if __name__ == "__main__":
    main()
