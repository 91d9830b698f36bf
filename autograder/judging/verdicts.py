"""All judges' verdicts on a trace, by item."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from autograder import data
from autograder.checks.given import samples_of
from autograder.judging import written_down
from autograder.judging.judges import Judge, judged, judges_in, undecided
from autograder.judging.unexplained import in_words, unexplained_lines
from autograder.own_work import TooMuch
from autograder.requirements.reading import MOST_CODE, code_of
from autograder.results import CheckResult, Status
from autograder.rubric import Rubric
from autograder.submission import Submission
from autograder.trace.observed import Observed
from autograder.trace.records import Trace
from autograder.trace.shortness import unfinished_from, why_incomplete

CELL: Final = re.compile(r", cell (\d+)$")
LONGEST_LINE: Final = 500  # characters of a line of code in which signs are looked for


def verdicts(
    rubric: Rubric, observed: Observed, profile: str, only: Collection[str] | None = None, secret: int = 0
) -> dict[str, CheckResult]:
    """The verdicts of the judges that give one, by the id of the item; with `only`, of these items.

    `secret` seeds judges that ask a rebuilt network for more than was recorded. If the time for all of them runs out
    (own_work.TooMuch), the verdicts so far are kept, and the rest is left to a person.
    """
    if rubric.assignment.run is None or not observed.sources:
        return {}
    sample, samples = rubric.profile(profile).sample, samples_of(rubric)
    given = {
        "observed": observed,
        "images": lambda name, split: data.open_set(name, split, sample=sample, samples=samples),
        "sampled": sample,
        "secret": secret,
    }
    incomplete = why_incomplete(observed.trace)
    raw: dict[str, CheckResult | None] = {}
    left: dict[str, CheckResult] = {}
    asked = _asked(rubric, only)
    for place, judge in enumerate(asked):
        try:
            raw[judge.item] = judged(judge, rubric.item(judge.item), given)
        except TooMuch as over:
            why = f"Judging what the run has shown was not finished: {over}. So a person decides."
            left = {each.item: undecided(each, why) for each in asked[place:]}
            break
    judges = [judge for judge in asked if judge.item in raw]
    found = _as_far_as_it_was_run(rubric, observed, judges, raw, incomplete) | left
    if left:
        return found
    unseen = [judge for judge in asked if judge.lines and judge.item not in found]
    explained = {verdict.place for verdict in found.values()}
    if unseen and (panels := unexplained_lines(observed, explained)):
        found |= {judge.item: undecided(judge, in_words(panels)) for judge in unseen}
    if not incomplete:
        found |= _of_written_numbers(observed, asked, found)
    return found


def _as_far_as_it_was_run(
    rubric: Rubric,
    observed: Observed,
    judges: Sequence[Judge],
    raw: Mapping[str, CheckResult | None],
    incomplete: str,
) -> dict[str, CheckResult]:
    """The verdicts that stand, by item, if a run was not finished for the reason `incomplete`; all of them if that is ''."""
    over = _parts_left_behind(rubric, observed, raw) if incomplete else set()
    found: dict[str, CheckResult] = {}
    for judge in judges:
        verdict, is_over = raw[judge.item], rubric.item(judge.item).part in over
        if incomplete and verdict is not None and not is_over:
            if _was_under_way(observed, verdict) or _may_be_in(rubric, judge.item, observed.unfinished):
                verdict = _uncertain(verdict, incomplete)
        elif incomplete and verdict is None and _may_come(rubric, judge.item, observed):
            verdict = _unseen(judge, incomplete)
        if verdict is not None:
            found[judge.item] = verdict
    return found


def _parts_left_behind(rubric: Rubric, observed: Observed, raw: Mapping[str, CheckResult | None]) -> set[str]:
    """The parts that notebooks had dealt with before their runs ended: all that is judged of them was seen, in earlier cells, and
    something of a later part as well."""
    if any(unfinished_from(source) == 0 for source in observed.sources):
        return set()
    seen: dict[str, list[CheckResult | None]] = {part.id: [] for part in rubric.parts}
    for item, verdict in raw.items():
        seen[rubric.item(item).part].append(verdict)
    early = [
        [
            each is not None and CELL.search(each.place) is not None and not _was_under_way(observed, each)
            for each in own
        ]
        for own in seen.values()
    ]
    return {
        part
        for number, part in enumerate(seen)
        if early[number] and all(early[number]) and any(map(any, early[number + 1 :]))
    }


def _of_written_numbers(
    observed: Observed, asked: Sequence[Judge], found: Mapping[str, CheckResult]
) -> dict[str, CheckResult]:
    """Verdicts on what is drawn as lines and was not recognised, where figures show numbers that stand in the code, or that it
    computes without a training."""
    waiting = [judge for judge in asked if judge.lines and judge.item in found]
    waiting = [judge for judge in waiting if found[judge.item].status is Status.REVIEW]
    if not waiting:
        return {}
    decided = {verdict.place for verdict in found.values() if verdict.status is not Status.REVIEW}
    if panels := written_down.written_down(observed, decided):
        why = written_down.told(panels)
    elif panels := written_down.of_no_training(observed, decided):
        why = written_down.told_of_none(panels)
    else:
        return {}
    return {judge.item: undecided(judge, why).model_copy(update={"written_down": True}) for judge in waiting}


def undecided_by_all(rubric: Rubric, why: str, only: Collection[str] | None = None) -> dict[str, CheckResult]:
    """For each judge's item, or those of `only`, a verdict that leaves it to a person."""
    return {judge.item: undecided(judge, why) for judge in _asked(rubric, only)}


def _asked(rubric: Rubric, only: Collection[str] | None) -> list[Judge]:
    """The assignment's judges, or those of the items `only`; none if submissions are not run."""
    whole = rubric.assignment.run
    judges = judges_in(rubric.root / whole.judges) if whole is not None else ()
    return [judge for judge in judges if only is None or judge.item in only]


def _was_under_way(observed: Observed, verdict: CheckResult) -> bool:
    """Whether a verdict is about a cell in which the run of a notebook ended, or a later one."""
    cell = CELL.search(verdict.place)
    return cell is not None and any(
        verdict.place.startswith(source.source) and 0 < begin <= int(cell[1])
        for source in observed.sources
        if (begin := unfinished_from(source)) is not None
    )


def _has_signs_of(rubric: Rubric, item: str, code: Sequence[str]) -> bool:
    """Whether code shows anything of an item's part: one sign of one of its deliverables."""
    part = rubric.item(item).part
    signs = [re.compile(sign, re.IGNORECASE) for each in rubric.items if each.part == part for sign in each.signs]
    return any(sign.search(text) for sign in signs for text in code)


def _may_come(rubric: Rubric, item: str, observed: Observed) -> bool:
    """Whether what was not seen may be in the code that was not run to its end. In a script, which may call any code, signs are
    less certain than in the remaining cells of a notebook."""
    if observed.unfinished == observed.code:
        return _has_signs_of(rubric, item, observed.code)
    return _may_be_in(rubric, item, observed.unfinished)


def _may_be_in(rubric: Rubric, item: str, code: Sequence[str]) -> bool:
    """Whether code may do something of an item's part: it has all signs of one of its deliverables, or the rubric gives no
    signs."""
    part = rubric.item(item).part
    deliverables = [each.signs for each in rubric.items if each.part == part and each.signs]
    return not deliverables or any(
        all(any(re.search(sign, text, re.IGNORECASE) for text in code) for sign in signs) for signs in deliverables
    )


def _unseen(judge: Judge, why: str) -> CheckResult:
    """For what an incomplete run does not show: it may have come later."""
    return undecided(judge, f"{why} Until then nothing of this was seen, so a person decides.")


def _uncertain(verdict: CheckResult, why: str) -> CheckResult:
    """A verdict on an incomplete run: what is right counts; what is missing may have come later, so a person decides."""
    if verdict.credit == 1 or verdict.status is Status.REVIEW:
        return verdict
    message = f"{verdict.message} {why} So a person decides."
    return verdict.model_copy(update={"status": Status.REVIEW, "credit": 0.0, "message": message})


def observed_in(submission: Submission, trace: Trace) -> Observed:
    """The trace of a submission, with the code that was run, and the part of it that was not run to its end."""
    code = {path: _code(submission, path) for path in submission.sources}
    every = tuple(text for texts in code.values() for text in texts)
    return Observed(trace, every, tuple(_unfinished(trace, code, every)))


def _unfinished(trace: Trace, code: Mapping[str, Sequence[str]], every: Sequence[str]) -> Iterator[str]:
    """The cells of notebooks from where their run ended; all code if a script did not finish, since it may call any."""
    for source in trace:
        begin = unfinished_from(source)
        cells = [text for text in code.get(source.source, ()) if text.strip()]
        if begin is not None:
            yield from cells[begin - 1 :] if begin else every


def _code(submission: Submission, path: str) -> list[str]:
    """The code of a source, nothing if there is too much; only the start of each line, since patterns that look for one thing
    after another take time quadratic in a line's length."""
    try:
        cells = code_of(submission.folder / path)
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if sum(map(len, cells)) > MOST_CODE:
        return []
    return ["\n".join(line[:LONGEST_LINE] for line in text.split("\n")) for text in cells]
