"""Numbers and letters of parts as people write them, in one form: 'Problem II', 'Task two', '第二题', 'Часть Б', 'Q2c'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from autograder.handed_in.patterns import one_of

# What a part or a problem may be called before its number.
CALLED: Final = (
    r"problems?|parts?|tasks?|questions?|exercises?|subtask|subproblem|sub-?part|section|assignment|prob|ques|quest|"
    r"aufgabe|teilaufgabe|teil|frage|problème|partie|exercice|question|problema|parte|ejercicio|pregunta|esercizio|"
    r"domanda|quesito|exercício|questão|задач\w|задани\w|част\w|вопрос|пункт|упражнени\w"
)
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("one eins uno un una один i 一".split(), "1"),
        **dict.fromkeys("two zwei dos deux due dois два ii 二".split(), "2"),
        **dict.fromkeys("three drei tres trois tre três три iii 三".split(), "3"),
        **dict.fromkeys("four vier cuatro quatre quattro quatro четыре iv 四".split(), "4"),
    }
)
_COUNTS = "|".join(sorted(WORDS, key=len, reverse=True))
CALLED_AND_WORD: Final = re.compile(rf"(?<![^\W_])({CALLED})\s+#?({_COUNTS})(?![^\W_])", re.IGNORECASE)
ROMAN: Final = re.compile(r"^(\W*)(i{1,3}|iv)(?=\s?[.\-–/]\s?\(?[a-d\d]\b)", re.IGNORECASE)  # 'II.A', 'II-2'
CLOSE: Final = re.compile(rf"(?<![^\W_])({CALLED}|ex)[.#_]?\s?#?(?=\d)", re.IGNORECASE)  # 'Task2c', 'Prob. 2', 'Ex.2'
SHORT: Final = re.compile(r"(?<![^\W_])[QPTEqpte](?=\d\s?[.\-–(_]?\s?(?:[A-Da-d]|\d)\b)")  # 'Q2c', 'P2.1'
CHINESE: Final = one_of(r"第\s*([一二三四\d])\s*[题問问]? | (?:问题|題目|题目|题|問題)\s*([一二三四\d])")
CHINESE_LETTER: Final = re.compile(r"([A-Da-d])\s*(?:部分|小题|题)")
CYRILLIC: Final = re.compile(r"(?:(?<=\d)|(?<=\d[.\- ])|(?<=часть )|(?<=пункт ))[АБабВвС](?!\w)", re.IGNORECASE)
LATIN: Final = str.maketrans("АаБбСс", "AaBbCc")  # not В, which is a C for some and a B for others
LETTER_AFTER: Final = re.compile(  # 'part b', which has neither a bracket nor a capital letter
    rf"(?<![^\W_])({CALLED})\s+([a-d])(?=\s*(?:$|[:.)\]–—,-]))", re.IGNORECASE
)


BEGINS_AS_LABEL: Final = re.compile(  # '2A: …', 'Q3. …', 'Task 2 - Part C', '(b) …', 'Bonus: …', '2B The …'
    rf"\W{{0,4}}(?:"
    rf"(?:(?:{CALLED}|q|p|ex|answer|ans|antwort|respuesta|ответ)\W{{0,3}})?\d{{1,2}}\s?[.\-–_/]?\s?\(?[A-Da-d\d]?\)?(?!\w)"
    rf"\s*(?:[:.)\]–—|](?!\d)|->|=>|-\s|-?\s*$)"
    rf"|(?:{CALLED})\s+\(?(?:\d|[A-Da-d]|{_COUNTS})\b|[A-Da-d]\)|\([A-Da-d]\)|\d[A-D]\b|(?:bonus|extra credit|бонус)\b\W)",
    re.IGNORECASE,
)


def at_labels(lines: Iterable[str]) -> list[str]:
    """The lines as paragraphs: each continues until a line that starts with a possible label of a part."""
    paragraphs: list[list[str]] = []
    for line in lines:
        if not paragraphs or BEGINS_AS_LABEL.match(line):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [text for lines in paragraphs if (text := " ".join(" ".join(lines).split()))]


def in_one_form(line: str) -> str:
    """The line with numbers as digits, words for parts apart from them, and letters of parts in capitals."""
    line = CHINESE.sub(lambda match: f" Problem {_digit(match[1] or match[2])} ", line)
    line = CHINESE_LETTER.sub(lambda match: f" Part {match[1].upper()} ", line)
    line = CALLED_AND_WORD.sub(lambda match: f"{match[1]} {_digit(match[2])}", line)
    line = ROMAN.sub(lambda match: f"{match[1]}{_digit(match[2])}", line)
    line = CLOSE.sub(lambda match: f"{match[1]} ", line)
    line = SHORT.sub(lambda match: "Q ", line)
    line = CYRILLIC.sub(lambda match: match[0].translate(LATIN), line)
    return LETTER_AFTER.sub(lambda match: f"{match[1]} {match[2].upper()}", line)


def _digit(word: str) -> str:
    return WORDS.get(word.casefold(), word)
