"""Which part of the assignment a passage belongs to: by what is copied above it, by the headings, else by the words in it.

Parts are recognised by what any assignment has: an id such as '2A', a number and a letter that headings give ('Problem 2',
'Teil A', '2.1'), the title, and the rubric's keywords and words. No words of a particular language are needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from autograder.handed_in.aligning import LONGEST_READ, Aligner, Step
from autograder.handed_in.contents import without_contents
from autograder.handed_in.counting import number_of, parts_by_count
from autograder.handed_in.headings import CONCLUDES, OF_ANY_PART, has_a_subject, is_for_no_part
from autograder.handed_in.likeness import Likeness
from autograder.handed_in.openings import LONGEST_LABEL, divided, part_of_bare_label, part_of_label, part_referred_to
from autograder.handed_in.overall import discussion_of_all, title_of_all
from autograder.handed_in.part_names import LEADING_NUMBER, LONGEST_HEADING, Names, problem_of
from autograder.handed_in.passages import Passage
from autograder.handed_in.sections import Placed, Section
from autograder.rubric import Part

OPENING: Final = 28  # characters in which a line without marks has to give number and letter
LOWEST: Final = 6  # level of headings
COUNTED_LABEL: Final = re.compile(r"\W*(?:[^\W\d_]{1,12}\.?\s+)?\d\.\d\b")  # '2.1: …', 'Task 2.1 – …'
# A line of text that can only be a heading.
TITLE: Final = re.compile(r"\W*[^\W\d_][\w-]*(?: [\w-]+){0,3}:?")


def place(
    passages: Iterable[Passage],
    parts: Sequence[Part],
    asked_for: Callable[[str], str] = lambda text: "",
    likeness: Likeness | None = None,
) -> list[Placed]:
    """Determine each passage's part, file by file. A heading applies up to the next one that names a part or a problem.

    In texts without heading marks, short lines and the first line of a comment count as headings if they give a number and a
    letter; so does what is copied from the assignment, whose part `asked_for` gives. A passage under no heading goes where its
    own words point, else where the passage before it went.
    """
    names = Names(parts)
    found: list[Placed] = []
    by_file: dict[str, list[Passage]] = {}
    for passage in passages:
        by_file.setdefault(passage.file, []).append(passage)
    aligner = Aligner([part.id for part in parts], names, likeness or Likeness({}))
    questions = [part.id for part in parts if any(item.kind == "review" for item in part.items)]
    for file, own in by_file.items():
        own = without_contents(own)
        by_count = parts_by_count(own, names, questions)
        steps = list(_steps(file, own, names, asked_for, by_count))
        found += _with_headings(list(_placed(steps, aligner)))
    return found


def _placed(steps: Sequence[Step], aligner: Aligner) -> Iterator[Placed]:
    for guess in aligner.aligned(steps):
        section, passage = guess.step.section, guess.passage
        if passage.kind == "heading":
            yield Placed("" if section.closed else section.part, passage, section.sure)
        else:
            sure = section.sure and guess.part == section.part
            yield Placed(guess.part, passage, sure, guess.probability, guess.perhaps, guess.strength)
        also = section.also if passage.kind == "heading" else guess.also
        if passage.kind in ("text", "comment", "heading"):
            yield from (Placed(other, passage, section.sure, guess.probability) for other in also)


def _with_headings(placed: list[Placed]) -> list[Placed]:
    """A heading that names no part belongs to the text below it: 'Findings' may announce an answer."""
    following = ""
    for index in range(len(placed) - 1, -1, -1):
        each = placed[index]
        if each.passage.kind in ("text", "asked"):
            following = each.part
        elif each.passage.kind == "heading":
            if following and not each.part and OF_ANY_PART.search(each.passage.text):
                placed[index] = replace(each, part=following)
            following = ""
    return placed


def _steps(
    file: str,
    passages: Sequence[Passage],
    names: Names,
    asked_for: Callable[[str], str],
    by_count: Mapping[str, str],
) -> Iterator[Step]:
    """The passages, split if one covers several parts, each with what the headings before it say."""
    section = _of_its_name(file, names)
    own_numbers = names.has_own_numbers(passages)
    own_labels = _has_own_labels(passages, names)
    one_for_all = sum(each.kind == "heading" and bool(CONCLUDES.match(each.text)) for each in passages) == 1
    depth = 0  # of the last heading
    title, discussion = title_of_all(passages, names), discussion_of_all(passages, names)
    for passage in _pieces(passages, names):
        depth = passage.level if passage.kind == "heading" else depth
        if part := by_count.get(number_of(passage), ""):
            section = Section(section.number + 1, problem_of(part), part, sure=True, level=section.level)
        elif passage.kind == "asked":
            section = _after_a_question(section, passage.text, depth, names, asked_for)
        elif passage.kind == "heading":
            if one_for_all and CONCLUDES.match(passage.text) and 0 < passage.level <= section.level:
                section.closed = passage.level  # of the whole document
            elif passage is discussion:
                section = Section(section.number + 1, level=passage.level)
            elif passage is not title:
                _enter(section, passage, names, own_numbers)
            if (part := asked_for(passage.text)) and not section.closed:
                section.part, section.problem, section.sure, section.doubtful = part, problem_of(part), True, False
        elif passage.kind in ("text", "comment"):
            section = _after_a_text(section, passage, names, own_labels, own_numbers)
        yield Step(passage, replace(section))
        section.passed = section.labelled


def _of_its_name(file: str, names: Names) -> Section:
    """What a file's name says: 'part2b.txt', or 'problem2/partB.md' together with its folder's."""
    path = PurePosixPath(file)
    for name in (path.stem, f"{path.parent.name} {path.stem}"):
        spaced = re.sub(r"(?<=[^\W\d])(?=\d)", " ", re.sub(r"[\W_]+", " ", name))
        problem, part, sure = names.read(spaced, "", own_numbers=False)
        if part:
            break
    return Section(problem=problem, part=part, sure=sure)


def _has_own_labels(passages: Sequence[Passage], names: Names) -> bool:
    """Whether texts are numbered differently from the assignment: most that start like '2.1: …' are about another part."""
    told = [each.text for each in passages if each.kind in ("text", "comment") and COUNTED_LABEL.match(each.text)]
    pairs = [(part_of_label(text, names, ""), names.cues.clear(names.cues.scores(text))) for text in told]
    otherwise = sum(bool(words) and part != words for part, words in pairs)
    return otherwise > 1 and 2 * otherwise > len([words for _, words in pairs if words])


def _after_a_question(
    section: Section, question: str, depth: int, names: Names, asked_for: Callable[[str], str]
) -> Section:
    """Text copied from the assignment gives the part: by what it asks, or as its heading there. It applies until the next
    heading as high as the one that it is under, of level `depth`."""
    part = asked_for(question)
    problem = problem_of(part)
    if not part and len(question) <= LONGEST_HEADING:
        problem, part = names.explicit(question, section.problem)
    if part == section.part or not (part or (problem and problem != section.problem)):
        return section
    return Section(section.number + 1, problem, part, sure=True, level=depth or section.level)


def _after_a_text(section: Section, passage: Passage, names: Names, own_labels: bool, own_numbers: bool) -> Section:
    """A label before the text, or its first words, may name its part; a short line may be a heading."""
    in_code = passage.kind == "comment"
    if part := _said_of(passage, names, section, own_labels):
        several = names.several(passage.text[:LONGEST_LABEL])
        also = several[1:] if several[:1] == (part,) else ()
        referred = not section.sure or section.referred
        return section.of_text(part, problem_of(part), in_code=in_code, referred=referred, also=also, labelled=True)
    if part := _counted(section, passage.text, names):
        return section.of_text(part, problem_of(part), in_code=in_code, counted=True)
    if line := _possible_heading(passage):
        problem, part = names.explicit(line, section.problem, own_numbers=own_numbers, running=True)
        referred = False
        if (
            not part
            and len(passage.text) <= LONGEST_LABEL
            and (alone := part_of_label(f"{passage.text}: …", names, ""))
        ):
            problem, part = problem_of(alone), alone
            referred = not section.sure or section.referred
        if part or (problem and problem != section.problem):
            return section.of_text(part, problem, in_code=in_code, referred=referred)
        if TITLE.fullmatch(passage.text) and (section.closed or not section.sure):
            section.closed = LOWEST if is_for_no_part(passage.text) else 0
    return section


def _counted(section: Section, text: str, names: Names) -> str:
    """The part that a letter or a number alone gives, if a heading gave the problem and the words don't speak against it.
    Under a heading that also gave the part, it only numbers points about that part."""
    if section.closed or (section.part and section.sure and not section.counted):
        return ""
    part = part_of_bare_label(text, names, section.problem)
    scores = names.cues.scores(text[:LONGEST_READ])
    against = max((score for other, score in scores.items() if other != part), default=0.0)
    goes_on = not section.counted or part > section.part
    return part if part and goes_on and scores.get(part, 0.0) >= against else ""


def _enter(section: Section, heading: Passage, names: Names, own_numbers: bool) -> None:
    """Note what a heading says. Words alone don't leave a part that was named by number and letter, unless the heading is as
    high as that one: 'ReLU activations' may be a section of any part."""
    section.number += 1
    level = heading.level
    problem, part, sure = names.read(heading.text, section.problem, own_numbers=own_numbers)
    own = own_numbers and bool(LEADING_NUMBER.match(heading.text))
    if not sure and not own and (counted := _counted(section, heading.text, names)):
        problem, part, sure = problem_of(counted), counted, True
        section.counted = True
    elif part:
        section.counted = False
    higher = 0 < level < section.level
    speaks_for = names.cues.scores(heading.text)
    section.referred = False
    several = names.several(heading.text)
    section.also = several[1:] if part and several[:1] == (part,) else () if part or higher else section.also
    section.likely = () if part else tuple(speaks_for)
    if section.closed and (part or 0 < level <= section.closed):
        section.closed = 0
    if not part and is_for_no_part(heading.text):
        section.closed = level or LOWEST
        return
    if part and not sure and section.sure and section.part and not section.doubtful and not 0 < level <= section.level:
        return
    if part or (problem and (problem != section.problem or higher)):
        section.problem, section.part, section.sure, section.level = problem, part, sure, level
        section.doubtful = section.in_code = section.labelled = section.passed = False
    elif higher:  # a chapter that names nothing, such as 'Conclusion'
        section.part, section.sure, section.level, section.doubtful = "", False, level, False
    elif section.part and section.in_code and level:
        section.doubtful = True  # a comment on code applies to the text after it, up to the next heading
    elif section.part and 0 < level == section.level:
        if speaks_for and section.part not in speaks_for:  # of several parts, but not of that one
            section.part, section.problem, section.sure = "", "", False
        elif not OF_ANY_PART.search(heading.text) or (not section.sure and has_a_subject(heading.text)):
            section.doubtful = True


def _said_of(passage: Passage, names: Names, section: Section, own_labels: bool) -> str:
    """The part that a passage's first words name. A mere reference to a part does not leave one that a heading gave."""
    numbered_otherwise = own_labels and COUNTED_LABEL.match(passage.text)
    if not numbered_otherwise and (part := part_of_label(passage.text, names, section.problem)):
        return part
    within = bool(section.part) and section.sure and not section.referred
    return "" if within or section.closed else part_referred_to(passage.text, names)


def _pieces(passages: Iterable[Passage], names: Names) -> Iterator[Passage]:
    """The passages, with paragraphs that cover several parts split."""
    for passage in passages:
        pieces = list(divided(passage.text, names)) if passage.kind in ("text", "comment") else [passage.text]
        yield from [passage] if len(pieces) == 1 else (replace(passage, text=piece) for piece in pieces)


def _possible_heading(passage: Passage) -> str:
    short = len(passage.text) <= LONGEST_HEADING and not passage.text.endswith((".", ",", ";"))
    aside = re.fullmatch(r"\([^()]*\)", passage.text)  # '(done before Problem 2)'
    return passage.text[:OPENING] if short and not aside else ""
