"""What parts are called, in headings, labels and names of files: ids, numbers and letters, and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.handed_in.cues import Cues
from autograder.handed_in.headings import has_a_subject, is_for_no_part
from autograder.handed_in.numerals import CALLED, in_one_form
from autograder.handed_in.passages import Passage
from autograder.handed_in.patterns import one_of
from autograder.rubric import Part

LONGEST_HEADING: Final = 120  # characters of a line that may be one
NUMBERED_LETTER: Final = re.compile(
    r"(?<![\w.])(\d)\s?[.\-–_/]?\s?"
    r"(?:\(([a-zA-Z])\)|([A-Z])(?![^\W\u0e00-\uffff])|(?<=\d|\.|-|_|/)([a-z])(?!\w)|([a-z])(?=\)))"
)
LETTER: Final = re.compile(
    r"([^\W\d]{3,})\s+(?:\(([a-zA-Z])\)|([A-Z])\b|([a-z])\))"
)  # 'Part B', 'Teil b)', 'Partie (b)'
LEADING_LETTER: Final = re.compile(r"^\W*(?:\(([a-zA-Z])\)|([a-zA-Z])\))")  # '(b) ...', 'b) ...'
NUMBER: Final = re.compile(
    r"([^\W\d]{3,}|(?<![^\W\d])[QP])\s*#?\s*(\d)\b(?!\s?[.,]\s?\d)"
)  # 'Problem 2', 'Q2', 'Aufgabe 2:'
WORD_AND_DECIMAL: Final = re.compile(r"([^\W\d]{3,}|(?<![^\W\d])[QP])\s*#?\s*(\d)\s?\.\s?(\d)\b(?!\.?\d)")  # 'Task 2.1'
LEADING_NUMBER: Final = re.compile(r"^\W*(\d)[.):]?\s+[^\W\d]")  # '2 Optimization'
DECIMAL: Final = re.compile(r"^\W*(\d)\.(\d)\b(?!\.\d)")  # '1.2 ...'
PIECE: Final = re.compile(r"(?<![\w.])(\d)[.\- ]?\(?([A-Da-d]|\d)\)?(?![\w%])(?!\.\d)")  # '2B', '2.2', '2(b)'
JOINT: Final = re.compile(  # what may be between the numbers of several parts
    r"\s*(?:,|&|\+|/|and|und|et|y|e|и|与|和|、)\s*(?:also\s+)?(?:(?:for|part|problem|question|teil|partie|parte|q|часть)\s*)?",
    re.IGNORECASE,
)
COUNTED_HEADING: Final = re.compile(
    r"\W*(?:q|question|task|exercise|ex|frage|aufgabe|pregunta|ejercicio|exercice|domanda|вопрос|задание|задача)\W{0,2}(\d{1,2})\b(?!\s?[.\-]?\(?[a-d]\b|[.\-]\d)",
    re.IGNORECASE,
)
# 'Sat 2 Dec', '2 December': with a day of the week before the number, or a month before or after it
DATE: Final = one_of(
    r"""
    (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b
    (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b
    (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b
    (?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b
    (?:januar|februar|märz|mai|juni|juli|oktober|dezember)\b
    [^\W\d]*\W*\d\s*(?:st|nd|rd|th)?\.?\s+(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|märz|mai|okt|dez)
    """,
)
# What else may follow a number that names a part in a line of text, if no word for a part precedes it
ENDS_NAME: Final = re.compile(r"\s*(?:$|[:.)\]–—-](?:\s|$)|\(?[a-zA-Z]\)|[A-ZА-ЯÄÖÜ])")
CALLED_SO: Final = frozenset(
    "problem part question task exercise assignment subtask aufgabe teilaufgabe teil frage partie exercice parte ejercicio "
    "pregunta problema domanda esercizio quesito questão exercício задача задание вопрос часть упражнение 问题 题目 题".split()
)
# Things that have a letter or a number of their own.
OTHER_THINGS: Final = frozenset(
    "figure fig table tab cell epoch layer step model cnn net network architecture variant version option class plot experiment "
    "arch curve config configuration setting setup row column line group optimizer method exp trial epochs "
    "appendix conv dense run seed case abbildung abb tabelle modell netz anhang schritt homework assignment exercise_sheet "
    "hausaufgabe übungsblatt blatt week chapter lecture deep filter image sample section equation kapitel abschnitt "
    "pytorch torch torchvision tensorflow keras python cuda numpy day days session night evening entry page note slide tag tage "
    "jour día giorno dia день".split()
)


class Names:
    """What parts are called: ids, numbers and letters, and what their words are."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._ids = {part.id.casefold(): part.id for part in parts}
        self._worded = {  # ids without a number: 'Bonus', 'Bonus: ...', 'Part A'
            part.id: re.compile(
                rf"\W*(?:[^\W\d]{{3,}}\s+)?{re.escape(part.id)}\s*(?:(?:{CALLED})\s*)?(?:$|[^\w\s])", re.IGNORECASE
            )
            for part in parts
            if not part.id[0].isdigit()
        }
        self._problems = {id[0] for id in self._ids if id[0].isdigit()}
        self.cues = Cues(parts)

    def read(self, heading: str, problem: str, *, own_numbers: bool = False) -> tuple[str, str, bool]:
        """The problem's number and the part's id that a heading names, each empty if it names none; and whether the heading gives
        the part by number and letter.

        `problem` is the number that earlier headings gave. If a document has `own_numbers`, a number at the start of a heading is
        not a problem's.
        """
        heading = heading[:LONGEST_HEADING]
        number, part = self.explicit(heading, problem, own_numbers=own_numbers)
        if part:
            return number, part, True
        leading = LEADING_NUMBER.match(heading)
        if not number and leading and leading[1] in self._problems and not own_numbers:
            number = leading[1]
        within = number or problem
        likely = self.cues.heading(heading, [id for id in self._ids.values() if within and problem_of(id) == within])
        likely = likely or ("" if number else self.cues.heading(heading))
        if likely:
            return problem_of(likely) or number, likely, False
        decimal = DECIMAL.match(heading)
        if decimal and not number and not own_numbers and (part := self.counted(decimal[1], decimal[2])):
            return decimal[1], part, True
        return number, "", bool(number)

    def has_own_numbers(self, passages: Sequence[Passage]) -> bool:
        """Whether headings are numbered differently from the assignment: one starts with a number that is not that of the
        part that its words name."""
        if self._counts_on(passages) or self._counts_the_chapters_of_a_paper(passages):
            return True
        headings = [
            COUNTED_HEADING.match(each.text) for each in passages if each.kind in ("heading", "text", "comment")
        ]
        beyond = [each for each in headings if each and each[1] not in self._problems]
        if beyond and len([each for each in headings if each]) > 1:  # 'Q6', if there are three problems
            return True
        for passage in passages:
            if passage.kind != "heading":
                continue
            number = re.match(r"\W*(\d{1,2})(?:\.(\d{1,2}))?[.):]?\s+[^\W\d]", passage.text[:LONGEST_HEADING])
            likely = self.cues.heading(passage.text[:LONGEST_HEADING]) if number else ""
            explicit = self.explicit(passage.text[:LONGEST_HEADING], "", own_numbers=True) if number else ("", "")
            if number and not any(explicit) and likely:
                counted = self.counted(number[1], number[2]) if number[2] else ""
                if number[1] != problem_of(likely) or (counted and counted != likely):
                    return True
        return False

    def _counts_on(self, passages: Sequence[Passage]) -> bool:
        """Whether chapter numbers go beyond the problems, one of the first is not a problem's, and none is named after its
        problem's topic: '1 Introduction', '2 Training', '3 Results', '4 Discussion'."""
        titles = [each.text[:LONGEST_HEADING] for each in passages if each.kind == "heading"]
        counted = [(leading[1], title) for title in titles if (leading := LEADING_NUMBER.match(title))]
        agreeing = [number for number, title in counted if problem_of(self.cues.heading(title)) == number]
        named = any(self.explicit(title, "", own_numbers=True)[0] for _, title in counted)
        beyond = any(number not in self._problems for number, _ in counted)
        other = any(number in self._problems and is_for_no_part(title) for number, title in counted)
        return beyond and other and not agreeing and not named

    def _counts_the_chapters_of_a_paper(self, passages: Sequence[Passage]) -> bool:
        """Whether the headings numbered from 1, each number once, are the chapters of any paper, one of which answers nothing:
        '1 Methods', '2 Results', '3 Discussion'."""
        titles = [each.text[:LONGEST_HEADING] for each in passages if each.kind == "heading"]
        counted = [(leading[1], title) for title in titles if (leading := LEADING_NUMBER.match(title))]
        in_order = [number for number, _ in counted] == [str(number) for number in range(1, len(counted) + 1)]
        without_subject = all(is_for_no_part(title) or not has_a_subject(title) for _, title in counted)
        return in_order and without_subject and any(is_for_no_part(title) for _, title in counted)

    def speaks_for_several_problems(self, heading: str) -> bool:
        """Whether a heading names no number and has words of several problems: 'Report: MLPs, optimizers and CNNs'."""
        problems = {problem_of(part) for part in self.cues.scores(heading[:LONGEST_HEADING])}
        return len(problems) > 1 and not any(self.explicit(heading[:LONGEST_HEADING], ""))

    def explicit(self, line: str, problem: str, *, own_numbers: bool = False, running: bool = False) -> tuple[str, str]:
        """The same, if the line itself gives a number, or a letter within `problem`. In a `running` text the letter must come
        first: 'avg pool (C) is cheaper' does not name a part C."""
        line = in_one_form(line)
        for match in NUMBERED_LETTER.finditer(line):
            letter = match[2] or match[3] or match[4] or match[5]
            before = line[: match.start()].split()
            if before and before[-1].casefold().strip(".:(") in OTHER_THINGS:
                continue
            if part := self._id(match[1], letter):
                return match[1], part
        for id, pattern in self._worded.items():
            if pattern.match(line):
                return "", id
        for match in WORD_AND_DECIMAL.finditer(line):
            told = not running or _names_a_part(match)
            if told and match[1].casefold() not in OTHER_THINGS and (part := self.counted(match[2], match[3])):
                return match[2], part
        found = [] if own_numbers and COUNTED_HEADING.match(line) else list(NUMBER.finditer(line))
        numbered = [number for each in found if not running or _names_a_part(each) if (number := self._number(each))]
        number = numbered[0] if numbered else ""
        decimal = None if own_numbers else DECIMAL.match(line)
        within = number or (decimal[1] if decimal and decimal[1] in self._problems else "") or problem
        lettered = [each for each in LETTER.finditer(line) if each[1].casefold() not in OTHER_THINGS]
        letters = [m[2] or m[3] or m[4] for m in lettered if number or not running or not line[: m.start()].strip()]
        leading = LEADING_LETTER.match(line)
        for letter in (*letters, *([leading[1] or leading[2]] if leading else [])):
            if within and (part := self._id(within, letter)):
                return within, part
        if len(numbered) == 2 and (part := self.counted(*numbered)):  # 'Problem 2, Part 1'
            return number, part
        return number, ""

    def worded(self, text: str) -> str:
        """The part whose id is a word at the start of a text, before a sentence: 'Bonus ResNet18 was …', 'BONUS -- …'."""
        for id in self._worded:
            if re.match(rf"\W*(?i:{re.escape(id)})\W*\s+(?=[^\W\d_a-zа-яё]|[a-z]+\d)", text):
                return id
        return ""

    def several(self, line: str) -> tuple[str, ...]:
        """The parts that a line names together: '2B and 2C', '2.2/2.3'. Empty for less than two."""
        line = in_one_form(line[:LONGEST_HEADING])
        found = [(match.span(), self._of_piece(match)) for match in PIECE.finditer(line)]
        named: list[str] = []
        end = 0
        for (start, stop), part in found:
            if not part or (named and not JOINT.fullmatch(line[end:start])):
                break
            named.append(part)
            end = stop
        return tuple(dict.fromkeys(named)) if len(set(named)) > 1 else ()

    def _of_piece(self, match: re.Match[str]) -> str:
        return self.counted(match[1], match[2]) if match[2].isdigit() else self._id(match[1], match[2])

    def of_problem(self, problem: str) -> list[str]:
        return [id for id in self._ids.values() if problem and problem_of(id) == problem]

    def _number(self, match: re.Match[str]) -> str:
        other = match[1].casefold() in OTHER_THINGS or DATE.match(match.string, match.start())
        return match[2] if match[2] in self._problems and not other else ""

    def counted(self, number: str, count: str) -> str:
        """The part for '2.1': the first of problem 2."""
        return self._id(number, chr(ord("a") + int(count) - 1)) if 0 < int(count) < 27 else ""

    def _id(self, number: str, letter: str) -> str:
        return self._ids.get(f"{number}{letter}".casefold(), "")


def _names_a_part(match: re.Match[str]) -> bool:
    """Whether a word and a number in a line of text may name a part: 'Task 2.1', not 'a gap of 2.1 points'."""
    alone = not match.string[: match.start()].strip() and ENDS_NAME.match(match.string, match.end())
    return bool(alone) or match[1].casefold() in CALLED_SO


def problem_of(id: str) -> str:
    """The number of the problem that a part belongs to; empty for a part such as the bonus."""
    return id[0] if id[:1].isdigit() else ""
