"""A result with the contents of the submission's documents: answers to review items, plots, tables and numbers by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from autograder.handed_in import answers, claims
from autograder.handed_in.asked import Asked
from autograder.handed_in.evidence import evidence
from autograder.handed_in.examples import read_examples
from autograder.handed_in.findings import Findings
from autograder.handed_in.gathering import Gathered
from autograder.handed_in.holdings import Budget, first_pictures, holdings, holds_something
from autograder.handed_in.likeness import Likeness
from autograder.handed_in.measured import measured, unlike_the_code
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Number
from autograder.handed_in.passages import Passage
from autograder.handed_in.pictures import small_pngs
from autograder.handed_in.placing import place
from autograder.handed_in.printed_numbers import numbers
from autograder.handed_in.rerun import of_the_run, with_the_run
from autograder.handed_in.strands import strongest
from autograder.handed_in.texts_in_tables import with_texts_in_tables
from autograder.results import Answer, Candidate, Document, ItemResult, Question, Result
from autograder.rubric import Item, Part, Rubric
from autograder.rubric.documented import docstrings, kit_texts
from autograder.trace.records import Trace

# What one part may have in a result. A result of all that is allowed stays below ten megabytes.
MOST_QUESTIONS: Final = 5
PICTURE_BYTES: Final = 3_000_000  # base64, of all parts together
MOST_CANDIDATES: Final = 2  # where no passage is surely the answer
MOST_NAMED: Final = 5  # documents, where nothing was found in any
LONGEST_ANSWER: Final = 4_000


def attach(result: Result, gathered: Gathered, rubric: Rubric, trace: Trace | None = None) -> Result:
    """Add the documents, their contents by part, and the answer to each review item. Points stay as they are.

    Sentences are compared with the documents' numbers, and with those of the run that do not depend on the data being cut.

    A bug of ours in reading a stranger's text must not cost the grade: the result then only says so.
    """
    if not gathered.documents:
        return result
    try:
        return _attached(result, gathered, rubric, trace)
    except Exception as error:
        problem = (
            f"the grader itself stumbled over the documents, so a person has to look ({type(error).__name__}: {error})"
        )
        told = tuple(each.model_copy(update={"problem": each.problem or problem[:300]}) for each in gathered.documents)
        return result.model_copy(update={"documents": told})


def _attached(result: Result, gathered: Gathered, rubric: Rubric, trace: Trace | None) -> Result:
    assignment = Asked(_text_of_the_assignment(rubric), rubric.parts, list(_given(rubric)))
    passages = list(assignment.apart(with_texts_in_tables(gathered.passages)))
    examples = _examples(rubric)
    likeness = Likeness(examples)
    asking = [part.id for part in rubric.parts if any(item.kind == "review" for item in part.items)]
    speaks = Findings(examples, asking).speaks
    placed = place(passages, rubric.parts, assignment.part_of, likeness)
    by_part = {part.id: [each.passage for each in placed if each.part == part.id] for part in rubric.parts}
    shown = _shown_by_the_run(passages, rubric, assignment.part_of, trace)
    in_no_part = [each.passage for each in placed if not each.part]
    small = small_pngs(picture for each in (*by_part.values(), in_no_part) for picture in first_pictures(each))
    budget = Budget(PICTURE_BYTES, small)
    items = {item.id: item for item in result.items}
    unasked = ["", *(part.id for part in rubric.parts if part.id not in asking)]
    handed_in = []
    for part in rubric.parts:
        naming = Naming(part.names)
        found = numbers(by_part[part.id], naming)
        own = [items[item.id] for item in part.items if item.id in items]
        asked = list(_unlike_the_code(part, own, found))
        handed_in.append(holdings(part.id, by_part[part.id], found, asked, budget))
        for item in (item for item in part.items if item.kind == "review" and item.id in items):
            doubt = partial(likeness.beside, part=part.id, others=unasked)
            perhaps = [each.passage for each in placed if part.id in each.perhaps]
            candidates = answers.written(strongest(placed, part.id), doubt, speaks)
            unsure = [] if candidates else answers.written(perhaps, doubt, speaks)
            numbered = [*found, *shown.get(part.id, ())]
            answer = _answer(item, candidates, unsure, doubt, numbered, naming, part.groups, own)
            items[item.id] = _answered(items[item.id], answer, gathered.documents)
    handed_in.append(holdings("", in_no_part, [], [], budget))
    return result.model_copy(
        update={
            "items": tuple(items.values()),
            "documents": gathered.documents,
            "handed_in": tuple(each for each in handed_in if holds_something(each)),
        }
    )


def _text_of_the_assignment(rubric: Rubric) -> str:
    name = rubric.assignment.text
    return (rubric.root / name).read_text(encoding="utf-8") if name else ""


def _given(rubric: Rubric) -> Iterator[str]:
    """What a kit says besides the assignment's text: about each function and each answer to write."""
    yield from docstrings(rubric).values()
    yield from kit_texts(rubric)
    for part in rubric.parts:
        for item in part.items:
            if item.sentences is not None:
                low, high = item.sentences
                yield f"{part.id}: {item.title} ({low} to {high} sentences)"


def _examples(rubric: Rubric) -> Mapping[str, Sequence[str]]:
    name = rubric.assignment.answers
    return read_examples(rubric.root / name) if name else {}


def _shown_by_the_run(
    passages: Sequence[Passage], rubric: Rubric, part_of: Callable[[str], str], trace: Trace | None
) -> dict[str, list[Number]]:
    """By part, the numbers of the run that are valid for the whole data, too."""
    if trace is None:
        return {}
    placed = place(with_the_run(passages, trace), rubric.parts, part_of)
    by_part = {part.id: [each.passage for each in placed if each.part == part.id] for part in rubric.parts}
    return {part.id: of_the_run(numbers(by_part[part.id], Naming(part.names)), trace) for part in rubric.parts}


def _answer(
    item: Item,
    candidates: Sequence[answers.Written],
    unsure: Sequence[answers.Written],
    doubt: answers.Doubt,
    found: Sequence[Number],
    naming: Naming,
    groups: Mapping[str, Sequence[str]],
    own: Sequence[ItemResult],
) -> Answer:
    facts = measured(check for each in own for check in each.checks)
    fewest = item.sentences[0] if item.sentences else 1
    if not candidates:
        shown = tuple(Candidate(text=_bounded(each.text), place=each.place) for each in unsure[:MOST_CANDIDATES])
        return Answer(asked=item.sentences, measured=facts, candidates=shown)
    chosen = answers.best(candidates, fewest, doubt)
    others = (f"{each.place} ({_counted(len(each.sentences))})" for each in candidates if each is not chosen)
    return Answer(
        text=_bounded(chosen.text),
        place=chosen.place,
        announced=chosen.announced,
        sentences=len(chosen.sentences),
        asked=item.sentences,
        also=tuple(others),
        measured=facts,
        language=claims.foreign_language(chosen.sentences),
        questions=tuple(claims.questions(chosen.sentences[:60], evidence(found), naming, groups))[:MOST_QUESTIONS],
    )


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else text[:LONGEST_ANSWER] + " […]"


def _answered(item: ItemResult, answer: Answer, documents: Sequence[Document]) -> ItemResult:
    """The item with its answer, and with what was found for a message."""
    if answer.place:
        message = f"{_counted(answer.sentences)} found in {answer.place}"
        if answer.asked:
            fewest, most = answer.asked
            message += f"; {fewest if fewest == most else f'{fewest} to {most}'} are asked for"
    elif answer.candidates:
        places = " or ".join(each.place for each in answer.candidates)
        message = f"It is not certain which text answers this part; it may be in {places}"
    else:
        message = f"No written answer was found for this part. {_looked_in(documents)}"
    return item.model_copy(update={"answer": answer, "message": item.message or f"{message}."})


def _looked_in(documents: Sequence[Document]) -> str:
    """Where an answer was looked for, and which documents may contain one all the same."""
    unread = [each.file for each in documents if each.problem and not each.found]
    pictures = [each.file for each in documents if "picture" in each.found and "paragraph" not in each.found]
    mute = [each.file for each in documents if each.kind in ("picture", "PDF", "document") and each.file in pictures]
    read = [each.file for each in documents if each.file not in (*unread, *mute)]
    told = [
        f"Looked in {_named(read)}" if read else "",
        f"{_named(unread)} could not be read" if unread else "",
        f"what is written in pictures can't be read: {_named(mute)}" if mute else "",
    ]
    return "; ".join(filter(None, told))


def _named(files: Sequence[str]) -> str:
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return f"{', '.join(files[:MOST_NAMED])}{more}"


def _counted(sentences: int) -> str:
    return f"{sentences} sentence{'' if sentences == 1 else 's'}"


def _unlike_the_code(part: Part, own: Sequence[ItemResult], found: Sequence[Number]) -> Iterator[Question]:
    """Questions on printed accuracies, from the checks that the rubric calls comparable and that ran."""
    checks = {check.name: check for each in own for check in each.checks}
    for item in part.items:
        for name in item.comparable:
            if name in checks:
                yield from unlike_the_code(found, checks[name])
