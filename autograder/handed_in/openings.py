"""How a sentence announces its topic before it says something: 'For 1.2, …', 'Next the gradients …', '2A: …'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from autograder.handed_in.numerals import in_one_form
from autograder.handed_in.part_names import NUMBERED_LETTER, Names
from autograder.handed_in.patterns import one_of
from autograder.handed_in.sentences import END

LONGEST_LABEL: Final = 40  # characters before the colon of 'Optimizers: Adam was …'
LABEL: Final = re.compile(rf"^\W*([^:.!?\n]{{2,{LONGEST_LABEL}}}?)(?::|\.|\)| [–—-])\s+(?=\S)")
# Where a label with a number may end: '2.1: …', '[2A] …', '2A -> …', 'Task 2 - Part C: …'. Not in a range of figures.
ENDS_LABEL: Final = re.compile(
    r"[\])}](?:[:.]|\s+[–—-](?=\s))?(?=\s)|:(?=\s|[^\W\d])|：|\.(?=\s+[^\W\d])|\s*(?:->|=>|→|\|)|\s(?:[–—-]|--)(?=\s+[^\W\d])"
)
ITS_ID: Final = re.compile(r"^\W*(\d[A-Z])\s+(?=[^\W\d_]*[^\W\d])")  # '2A Adam was fastest.'
BARE: Final = re.compile(r"^\W*(?:([A-Da-d])|(\d))\s*(?:[).:\]]|\s[–—-])\s+(?=\S)")  # 'b) …', '2. …'
# What may come before a part's number in a label, besides the words that lead there
CALLS_AN_ANSWER: Final = one_of(
    """
    answers? | analys[ei]s | discussion | observations? | conclusions? | explanation | comments? | interpretation | findings
    results? | solution | summary | written | brief | short | my | our | hw\\s?\\d? | homework\\s?\\d? | ad | to | re
    antwort | diskussion | auswertung | analyse | réponse | respuesta | análisis | risposta | analisi | resposta | análise
    ответ | анализ | вывод | обсуждение | 答案 | 分析 | 讨论 | 回答
    """,
    before=r"^\W*",
    after=r"(?![^\W\d_])[\s,:–—-]*",
)
MOST_WORDS: Final = 5  # of a label
LONGEST_TOPIC: Final = 60  # characters in which a sentence says what it is about
# Words that lead to what comes next, in some of the languages that students write in.
LEAD: Final = one_of(
    r"""
    (?:on|now|next|back) to
    and | so | now | next | then | first(?:ly)? | second(?:ly)? | third(?:ly)? | last(?:ly)? | finally | again | also
    as for | as to | as regards | regarding | concerning | considering | about | re
    with regards? to | with respect to | in terms of
    when it comes to | coming to | turning to | moving on(?: to)? | going over to | going on with
    speaking of | looking at
    when (?:i|we) look(?:ed)? at | let['’]?s (?:look at|talk about) | what about | for | in | on | of | at
    under | among | between
    (?:my |our |the )?(?:answers?|solution|reply|response|results?) (?:to|for|of|in)
    zu[rm]? | bei | beim | für | im | in der | nun | jetzt | zuletzt | schließlich | was .{1,30} angeht | bezüglich
    pour | dans | concernant | quant (?:à|aux?) | ensuite | enfin | en cuanto a(?:l)? | respecto a | para | en
    sobre | por último
    per | nel | nella | riguardo a | infine | quanto a | sobre | em | на | в | для | по | к | теперь | наконец
    что касается
    """,
    before=r"^\W*",
    after=r"(?!\w)[\s,:]*",
)
ARTICLE: Final = one_of(
    """
    the | our | my | an? | all | both | three | der | die | das | den | dem
    la | le | les | el | los | las | il | i | gli | o | os
    """
)
# What a part may be called before its number.
KIND: Final = one_of(
    r"""
    part | problem | question | exercise | task | assignment | subtask | subproblem | sub-?part | section | item
    point | number | no\.?
    q | p | ex\.? | aufgabe | teilaufgabe | teil | frage | partie | exercice | question | parte | ejercicio
    pregunta | problema | domanda
    esercizio | quesito | questão | exercício | задач\w* | вопрос\w* | част\w* | пункт\w* | упражнени\w* | 第?题目?
    问题 | 第
    """,
    before=r"^\s*",
    after=r"(?![a-zà-ÿа-яё])\s*#?\s*(?=\W*\w)",
)
COUNTED: Final = re.compile(r"^\W*(\d)\.(\d)\W*$")
COUNTED_AND_TITLE: Final = re.compile(r"^\W*(\d)\.(\d)\s+(?:\(\D|[^\W\d]).*[:.)\]]$")  # '2.1 Optimizers:'
IN_BRACKETS: Final = re.compile(r"[(\[]\W*\d\s?[.-]?[A-Za-z]\W*$")  # 'Optimizers (2A):'
ENDS_TOPIC: Final = re.compile(r"[,:;–—，：；。]|\((?!\w\))|\.(?!\d)|[!?]|\s-\s")
IN_CHINESE: Final = re.compile(r"^\W*(?:关于|对于|在|至于|针对|首先|其次|接着|然后|最后|接下来|题目?|第)+\s*(?:是|看)?")


def part_of_label(text: str, names: Names, problem: str) -> str:
    """The part that a label with number and letter gives the text after it: '2C: Dropout …', 'ad 2c) …', 'Part B answer: …'.

    A letter alone counts within `problem` and after a word for a part: 'Model B: …' is not a part.
    """
    text = in_one_form(text[: 3 * LONGEST_TOPIC]).lstrip()
    for end in ENDS_LABEL.finditer(text, 0, LONGEST_LABEL + 2):
        label = text[: end.start()]
        if not text[end.end() :].strip() or re.search(r"[^\W\d]{2,}[.!?]\s", label):
            break
        if part := _part_in_label(label + end[0].strip(), names, problem):
            return part
    own = ITS_ID.match(text)
    return names.explicit(own[1], "")[1] if own else names.worded(text)


def _part_in_label(label: str, names: Names, problem: str) -> str:
    bare = _without_calls(label)
    words = len(bare.split())
    if counted := COUNTED.match(bare) or (COUNTED_AND_TITLE.match(bare) if words <= MOST_WORDS else None):
        return names.counted(counted[1], counted[2])
    lettered = NUMBERED_LETTER.search(bare)
    if lettered and (len(bare[: lettered.start()].split()) <= 1 or (words <= MOST_WORDS and IN_BRACKETS.search(bare))):
        return names.explicit(bare, "")[1]
    if words <= 2 and not re.search(r"\d", bare) and (worded := names.explicit(bare, "")[1]):
        return worded  # 'Bonus:'
    bare = _without_calls(label, kind=False)
    return names.explicit(bare, problem)[1] if KIND.match(bare) and len(bare.split()) <= MOST_WORDS else ""


def part_of_bare_label(text: str, names: Names, problem: str) -> str:
    """The part of `problem` that a letter or a number alone gives: 'b) …', '2. …'. Students number parts within a problem, but
    also lists within one answer: the caller has to know which it is."""
    bare = BARE.match(text)
    if not bare or not problem:
        return ""
    return names.explicit(f"{problem}{bare[1].upper()}", "")[1] if bare[1] else names.counted(problem, bare[2])


def _without_calls(label: str, *, kind: bool = True) -> str:
    """A label without the words that lead to its number: 'My answer to part 2.1' is '2.1'."""
    rest = label
    while True:
        match = CALLS_AN_ANSWER.match(rest) or LEAD.match(rest) or (KIND.match(rest) if kind else None)
        if not match or not match.end() or (kind is False and not rest[match.end() :].strip()):
            return rest
        rest = rest[match.end() :]


def part_referred_to(text: str, names: Names) -> str:
    """The part that a sentence names by number before it says something: 'For 1.2, …', 'As for question 3B …'."""
    rest, led = _without_leads(text)
    topic = _until_comma(rest)
    if not led and not KIND.match(topic):
        return ""
    called = KIND.match(topic)
    bare = topic[called.end() :] if called else topic
    if counted := COUNTED.match(bare):
        return names.counted(counted[1], counted[2])
    numbered = NUMBERED_LETTER.match(bare.strip())
    if called or numbered:
        return names.explicit(topic[:LONGEST_LABEL], "")[1]
    return names.explicit(topic, "")[1] if len(topic.split()) == 1 else ""  # 'For the bonus, …'


def topic(text: str) -> str:
    """The topic of a sentence that starts by announcing it: 'Next the gradients …'; else nothing."""
    rest, led = _without_leads(text)
    return _until_comma(rest) if led else ""


def divided(text: str, names: Names) -> Iterator[str]:
    """The pieces of a paragraph that covers several parts, each with its number: '1B: … 2A: …'."""
    starts = [0, *(match.end() for match in END.finditer(text) if match.end() < len(text))]
    named = [(start, part) for start in starts if (part := _named(text[start : start + 2 * LONGEST_TOPIC], names))]
    if len({part for _, part in named}) < 2:
        yield text
        return
    borders = [0, *(start for start, _ in named if text[:start].strip()), len(text)]
    yield from filter(None, (text[one:other].strip() for one, other in pairwise(borders)))


def _named(sentence: str, names: Names) -> str:
    return part_of_label(sentence, names, "") or part_referred_to(sentence, names)


def _without_leads(text: str) -> tuple[str, bool]:
    rest, led = text[: 3 * LONGEST_TOPIC], False
    while (lead := LEAD.match(rest) or IN_CHINESE.match(rest)) and lead.end() > 0:
        rest, led = rest[lead.end() :], True
    while (article := ARTICLE.match(rest)) and rest[article.end() : article.end() + 1].isspace():
        rest = rest[article.end() :].lstrip()
    return rest, led


def _until_comma(text: str) -> str:
    end = ENDS_TOPIC.search(text)
    return text[: min(end.start() if end else LONGEST_TOPIC, LONGEST_TOPIC)]
