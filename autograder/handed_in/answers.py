"""Written answers: which of a part's passages they are, and how many sentences they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in.beside import without_beside
from autograder.handed_in.openings import topic
from autograder.handed_in.passages import Passage
from autograder.handed_in.prose import (
    ASKED,
    LABEL,
    OWN_FIGURES,
    could_answer,
    gives_a_verdict,
    is_english,
    is_sentence,
    is_short_reply,
    reports,
    says_results,
    tells_in_a_caption,
)
from autograder.handed_in.sentences import WIDE, sentences
from autograder.handed_in.theory import is_theory
from autograder.handed_in.unanswered import without_notes

# What announces an answer, in some of the languages that students write in. If nothing does, prose is taken as it is.
ANNOUNCED: Final = re.compile(
    r"\b(?:(?:brief|short|written|my)\s+)?(?:analys[ei]s|explanation|discussion|observations?\b|conclusions?\b|interpretation|"
    r"comments?\b|findings|summary\b|answer\b|auswertung|diskussion|beobachtung|erklärung|fazit|interpretation|"
    r"what (?:(?:the|my|our|this) )?(?:plots?|figures?|graphs?|curves?|tables?|numbers?|results?|data) (?:shows?|says?|tells?)\b|"
    r"antwort|explication|conclusion|observación|observaciones|análisis|conclusión|discusión|analisi|osservazioni|análise|"
    r"анализ|вывод|ответ|обсуждение|объяснение)"
    r"|分析|讨论|解释|考察",
    re.IGNORECASE,
)
# A heading between what was known before, or how it was done, and what came out
RESULTS_BELOW: Final = re.compile(
    r"^\W*(?:results?|ergebnisse?|resultados?|résultats?|risultati|результаты?|结果)\W*$", re.IGNORECASE
)
# A paragraph that is the last word on those before it
CONCLUDES: Final = re.compile(
    r"\W*(?:(?:my|our|the|in|overall|final) )?(?:conclusions?|summary|fazit|conclusión|conclusion|вывод)\s?(?:[:.–—]|-\s)",
    re.IGNORECASE,
)
LONGEST_LINE: Final = 60  # characters of a line that announces
MOST_WORDS: Final = 5  # of it
MOST_WORDS_OF_A_LEAD: Final = 8  # 'Next the gradients of the deep MLP.'
SHORTEST: Final = 40  # letters of an answer; captions and labels are shorter
SHORTEST_REQUESTED: Final = 4  # of one that a heading or a question announces
UNLIKELY: Final = 1.0  # doubt for a sentence, which has few words to judge by
FEWEST_IN_COMMENT: Final = 2  # sentences of a comment in code that nothing announces


@dataclass(frozen=True)
class Written:
    """An answer in one file. `announced`: a heading, the question, or its first word calls it an analysis or similar."""

    passages: tuple[Passage, ...]
    announced: bool

    @property
    def text(self) -> str:
        """Its paragraphs, separated by blank lines, without the word that announces it."""
        return "\n\n".join(_without_announcement(each.text) for each in self.passages)

    @property
    def sentences(self) -> list[str]:
        return [sentence for text in self.text.split("\n\n") for sentence in sentences(text)]

    @property
    def place(self) -> str:
        """Where it begins, and where it ends if that is elsewhere."""
        first, last = self.passages[0], self.passages[-1]
        return first.place if first.where == last.where else f"{first.place} to {last.where}"


Speaks = Callable[[str], bool]  # whether a text may say what came out, and not only what was done
Doubt = Callable[[str], float]  # how much more a text is like what answers nothing than like an answer; above 0: more


def written(
    passages: Sequence[Passage], doubt: Doubt = lambda text: -1.0, speaks: Speaks = lambda text: True
) -> list[Written]:
    """The answers among a part's passages, one for each file that has one, in the order of the files.

    What is announced as an answer, or follows the question, is taken; if nothing is, all prose is. Comments in code count when
    they are announced or report results. A text in `doubt` without figures of its own is not an answer, nor, if nothing announces
    it, one that doesn't mention results.
    """
    files = dict.fromkeys(passage.file for passage in passages)
    noted = [replace(each, text=without_notes(each.text)) for each in passages]
    answers = [_in_file([each for each in noted if each.file == file], doubt, speaks) for file in files]
    return [answer for answer in answers if answer is not None]


def best(answers: Sequence[Written], fewest: int, doubt: Doubt = lambda text: -1.0) -> Written:
    """The one to show: announced before not announced, long enough before too short, then the longer; of the others, the one most
    like an answer."""

    def rank(each: Written) -> tuple[float, ...]:
        count = len(each.sentences)
        return each.announced, min(count, fewest), each.announced * count, -doubt(each.text)

    return max(answers, key=rank)


def _in_file(passages: Sequence[Passage], doubt: Doubt, speaks: Speaks) -> Written | None:
    announced: list[Passage] = []
    prose: list[Passage] = []
    foreign: list[Passage] = []  # in doubt, of which words learned from English examples say little
    listening = False
    heard = False  # and that for a heading, and not for what stands in code
    for passage in passages:
        opening = _announces(passage.text)
        match passage.kind:
            case "heading":
                listening = heard = any(each.search(passage.text) for each in (ANNOUNCED, ASKED, RESULTS_BELOW))
            case "asked":
                listening = bool(ANNOUNCED.search(passage.text) or ASKED.search(passage.text))
            case "text" | "comment" if ASKED.search(passage.text):
                listening = True
            case "code" | "printed" | "table" | "picture" if listening and _say_something(announced):
                listening = False
            case "text" | "comment" if opening and len(passage.text) <= LONGEST_LINE and not is_sentence(passage.text):
                listening, heard = True, False  # a line that announces
            case "comment" if heard and not opening and not says_results(passage.text):
                pass  # it says what the code below a heading does
            case "text" | "comment" if doubt(passage.text) > 0 and not OWN_FIGURES.search(passage.text):
                listening = listening and passage.kind == "text"
                if passage.kind == "text" and could_answer(passage.text) and _is_foreign(passage.text, speaks):
                    foreign.append(passage)
            case "text" | "comment" if could_answer(passage.text) or (listening and is_short_reply(passage.text)):
                if opening or listening:
                    announced.append(passage)
                    listening = True
                    if CONCLUDES.match(passage.text):
                        prose.append(passage)
                elif (passage.kind == "text" or _speaks(passage)) and speaks(passage.text):
                    prose.append(passage)
            case "comment":
                listening = False
    concluding = [each for each in prose if CONCLUDES.match(each.text)]
    last_word = announced == concluding and len(prose) > len(concluding)  # on what is said before it
    enough = _long_enough(announced, SHORTEST_REQUESTED) and not last_word
    chosen = _once(announced) if enough else _about_results(_once(prose))
    chosen = chosen or [each for each in passages if _is_telling_caption(each)] or _about_results(_once(foreign))
    if chosen:
        chosen = [replace(chosen[0], text=_from_the_answer(chosen[0].text, doubt, speaks)), *chosen[1:]]
    if not _long_enough(chosen, SHORTEST_REQUESTED):
        return None
    shown = _without_what_is_beside(chosen)
    return Written(tuple(shown), chosen[-1:] == announced[-1:]) if shown else None


def _without_what_is_beside(chosen: Sequence[Passage]) -> Sequence[Passage]:
    """Paragraphs without sentences that only lead to the next thing, or say what was done or drawn; none if there is
    nothing else. Unchanged if the rest reports no result."""
    rest = [replace(each, text=text) for each in chosen if (text := without_beside(each.text))]
    return rest if not rest or any(says_results(each.text) for each in rest) else chosen


def _from_the_answer(text: str, doubt: Doubt, speaks: Speaks) -> str:
    """A paragraph without the sentences at its start that only ask, say what was done ('We built two variants.'), or what
    is known."""
    said = sentences(text)
    beside = [
        each.endswith("?")
        or (not speaks(each) and not _leads(each))
        or (doubt(each) > UNLIKELY and not OWN_FIGURES.search(each))
        or (is_theory(each) and not reports(each))
        for each in said
    ]
    first = beside.index(False) if False in beside else 0
    rest = " ".join(said[first:])
    return rest if first and says_results(rest) else text


def _say_something(announced: Sequence[Passage]) -> bool:
    """Whether what was announced so far says more than what was done; if not, the answer is still to come."""
    return any(without_beside(each.text) for each in announced)


def _is_foreign(text: str, speaks: Speaks) -> bool:
    return not is_english(text) and speaks(text)


def _leads(sentence: str) -> bool:
    """Whether a sentence only leads to what comes next, as a heading would: 'Now the optimizers.'"""
    return len(sentence.split()) <= MOST_WORDS_OF_A_LEAD and bool(topic(sentence))


def _announces(text: str) -> bool:
    """Whether a text starts with a word for an answer, or with a label that has one: 'Part B analysis: …', '2A – Discussion'."""
    label = LABEL.match(text)
    line = label[0] if label else text if len(text) <= LONGEST_LINE and not is_sentence(text) else ""
    return bool(ANNOUNCED.match(text[:LONGEST_LINE]) or (len(line.split()) <= MOST_WORDS and ANNOUNCED.search(line)))


def _speaks(comment: Passage) -> bool:
    """Whether a comment in code reports results, and not what the code does."""
    text = comment.text
    return says_results(text) and (len(sentences(text)) >= FEWEST_IN_COMMENT or gives_a_verdict(text))


def _is_telling_caption(passage: Passage) -> bool:
    return passage.kind in ("text", "comment") and tells_in_a_caption(passage.text)


def _about_results(prose: list[Passage]) -> list[Passage]:
    """Without the paragraphs before the first one that reports results: what was done, and how."""
    first = next((index for index, each in enumerate(prose) if says_results(each.text)), None)
    if first is None and is_english(" ".join(each.text for each in prose)):
        return []
    kept = prose[first or 0 :]
    return (
        kept
        if _long_enough(kept, SHORTEST) or any(is_sentence(each.text) or says_results(each.text) for each in kept)
        else []
    )


def _once(passages: Sequence[Passage]) -> list[Passage]:
    """Each text of a cell once: what it prints is in its code, too."""
    kept: dict[tuple[str, str], Passage] = {}
    for passage in passages:
        bare = re.sub(r"[\W_]+", "", _without_announcement(passage.text)).casefold()
        kept.setdefault((passage.where, bare), passage)
    return list(kept.values())


def _long_enough(passages: Sequence[Passage], least: int) -> bool:
    text = " ".join(each.text for each in passages)
    return sum(map(str.isalpha, text)) + 2 * len(WIDE.findall(text)) >= least


def _without_announcement(text: str) -> str:
    label = LABEL.match(text)
    return text[label.end() :] if label and ANNOUNCED.search(label[0]) and len(label[0].split()) < MOST_WORDS else text
