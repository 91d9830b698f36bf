"""Texts in the place of an answer that are not one: placeholders, 'I had no time', 'see above', notes to oneself."""

from __future__ import annotations

import re
from typing import Final

from autograder.handed_in.patterns import one_of
from autograder.handed_in.sentences import WIDE, sentences

FIGURES: Final = re.compile(r"\d[.,]?\d*\s?%|\b0[.,]\d")
MOST_WORDS: Final = 9  # of a placeholder
MOST_WORDS_OF_A_POINTER: Final = 12
MOST_SENTENCES: Final = 3  # of an excuse
UNDONE: Final = one_of(
    r"""
    (?:did|do|could|have|was|were)(?: not|n[’']t)(?: have)?(?: the| any| enough)? (?:time|attempt|try|tried|do\b|get to|able)
    (?:did|could|have|was|were)(?: not|n[’']t) (?:been )?(?:done|implement|complete|finish)
    not attempted | no time | ran out of time | skipped | not (?:done|implemented|completed|included) | to ?do\b
    tbd\b | n/a\b
    your (?:analysis|answer|text|explanation|discussion|observations?|code|response)\b.{0,10}\bhere
    (?:write|type|insert|add|put) your
    will be added | left out | future work | keine zeit | nicht bearbeitet | не успел | не делал | не выполн
    (?:against|decided not to|chose not to|prefer(?:red)? not to) (?:do|doing|attempt|attempting|try|trying|hand|start)\w*
    no (?:me |nos )?(?:hice|dio tiempo|alcanzó el tiempo) | pas eu le temps
    (?:had|have|there was|with) no \w+(?: \w+)? (?:left|available|for (?:it|this|that|the bonus))
    """,
    before=r"\b",
)
# Why something is missing, when the first sentence says no more than that it is.
NOT_ATTEMPTED: Final = one_of(
    r"""
    (?:\w+\W+){0,4}not (?:attempted|done|implemented|completed|included|submitted|finished)\W*$
    (?:we|i)?\s*(?:skipped|(?:have )?left out|omitted)\b
    (?:we|i) (?:did|have|could)(?: not|n[’']t) (?:have )?(?:attempt|do|tr(?:y|ied)|start|finish|implement)\w*
    (?:we|i) (?:did|have|could)(?: not|n[’']t) (?:have )?(?:manage\w*|get to|the time|time)\b
    (?:unfortunately,? )?(?:i|we) (?:had no|ran out of|had not enough) time
    (?:leider )?(?:nicht bearbeitet|keine zeit) | no (?:lo )?hic(?:e|imos) | (?:не успел|не делал|не выполн)\w*
    """,
    before=r"^\W*(?:[^.:!?\n]{1,30}:\s*)?",
)
PLACEHOLDER: Final = one_of(
    r"""
    \bwill (?:be )?(?:add|writ|fill|finish|complet|done?\b|updat|insert|follow)\w*
    \bto be (?:add|writ|fill|finish|complet|done\b|updat|continued|determined)\w*
    \b(?:add|write|insert|put|fill|type|enter|finish|complete|update|do)\b.*\b(?:here|later|soon|tomorrow)\b
    \bcoming soon\b | \bwork in progress\b | \bwip\b | \bplaceholder\b | \blorem ipsum\b | \bgoes here\b | \bfix ?me\b
    \bleft (?:blank|empty)\b | \b(?:in)?complete this\b
    ^\W*(?:blank|empty|none|nothing|missing|pending|draft|unfinished|incomplete|later|soon|analysis|answer|text|xxx+|na)\W*$
    \bkommt noch\b | \bfolgt(?: noch| später)?\W*$ | \bnoch (?:zu )?(?:ergänz|schreib|offen|ausfüll)\w*
    \b(?:ihre|deine|eure) antwort\b | \bhier\b.*\b(?:einfügen|schreiben|ergänzen)\b | \bspäter (?:ergänz|nach)\w*
    \bpor (?:hacer|completar|escribir)\b | \bpendiente\b | \bescrib\w+ aquí\b | \btu respuesta\b
    à (?:compléter|faire|remplir|rédiger)\b | \bvotre réponse\b | \bda (?:fare|completare|scrivere)\b
    \bпозже\b | \b(?:дописать|добавить|допишу|добавлю|заполнить)\b | \bваш ответ\b
    待(?:补充|完成|写|填|续) | 稍后 | 以后补 | 在此(?:填写|输入|处) | 未完成 | 未做 | 此处填写
    """
)
ENCLOSED: Final = re.compile(r"^\s*(?:\(.*\)|\[.*\]|<.*>|\{.*\}|_+.*_+)\s*\.?\s*$", re.DOTALL)
POINTER: Final = one_of(
    r"""
    see\b | refer\b | cf\.? | compare | as (?:discussed|described|explained|mentioned|written|stated|said) | same (?:as|answer)
    (?:is |are )?(?:discussed|answered|explained|given|written|found) (?:in|above|below)
    (?:my |the |our )?(?:answer|analysis|discussion|explanation) (?:is|can be found|see|stands)
    (?:already )?(?:answered|discussed|explained)\b
    siehe | s\.\s?o\. | voir | ver\b | véase | vedi | vide\b | veja | см\. | смотри | 见 | 同上 | 参见
    """,
    before=r"^\W*(?:[^.:!?\n]{1,20}:\s*)?(?:please |for (?:this|that|the analysis),? )?",
)
ELSEWHERE: Final = one_of(
    r"""
    \babove\b | \bbelow\b | \breport\b | \bpdf\b | \bpart\b | \bsection\b | \bnotebook\b | \bproblem\b | \bquestion\b | \bfile\b
    \bappendix\b | \banswer\b | \bdiscussion\b | \bpage\b | \bcell\b | \bdocx?\b | \bprevious\b | \b\d\s?[.-]?[a-d\d]\b
    \boben\b | \bunten\b | \bbericht\b | \bteil\b | \bci-dessus\b | \brapport\b | \barriba\b | \binforme\b | \bsopra\b | \bacima\b
    выше | отч[её]т | ниже | 上 | 报告 | 同上
    """
)
GOES_ON: Final = re.compile(
    r"\b(?:but|however|instead|still|aber|pero|mais|но)\b(?:\W+\w+){4}", re.IGNORECASE
)  # and says more
NOTE: Final = re.compile(r"[\s#(\[]*\b(?:TODO|FIXME|XXX)\b[^.!?\n]*[.!?)\]]?")


def is_unanswered(text: str) -> bool:
    """Whether a text only fills the place of an answer, or says that there is none or where it is."""
    said = sentences(text)
    goes_on = GOES_ON.search(text)
    if said and not goes_on and all(UNDONE.search(each) and not FIGURES.search(each) for each in said):
        return True
    if not FIGURES.search(text) and len(said) <= MOST_SENTENCES and said and NOT_ATTEMPTED.match(said[0]):
        return not goes_on
    words = len(re.findall(r"\w+", text)) + len(WIDE.findall(text)) // 2
    if words <= MOST_WORDS and not re.search(r"\d", text) and PLACEHOLDER.search(text):
        return True
    if words <= MOST_WORDS and ENCLOSED.match(text) and not re.search(r"\d", text):
        return True
    return words <= MOST_WORDS_OF_A_POINTER and len(said) <= 2 and bool(POINTER.match(text) and ELSEWHERE.search(text))


def without_notes(text: str) -> str:
    """A text without its writer's reminders: 'TODO better colors'."""
    return NOTE.sub("", text).strip() if NOTE.search(text) else text
