"""Written answers: which of a part's passages they are, and how many sentences they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.handed_in.passages import Passage

# What announces an answer, in some of the languages that students write in. Where nothing does, prose is taken as it is.
ANNOUNCED: Final = re.compile(
    r"\b(?:(?:brief|short|written|my)\s+)?(?:analys[ei]s|explanation|discussion|observations?\b|conclusions?\b|interpretation|"
    r"comments?\b|findings|summary\b|answer\b|auswertung|diskussion|beobachtung|erklärung|fazit|interpretation|"
    r"antwort|explication|conclusion|observación|observaciones|análisis|conclusión|discusión|analisi|osservazioni|análise)"
    r"|分析|讨论|解释|考察",
    re.IGNORECASE,
)
LABEL: Final = re.compile(r"^[^.:!?\n]{0,40}?[.:–—-]\s+(?=\S)")  # 'Analysis: ', 'Analysis. '
# What the assignment itself says, which many copy. Where it asks for so many sentences, they come next.
ASKED: Final = re.compile(r"\d\s*(?:-|–|to|bis|à)\s*\d\s+(?:sentences|sätze|phrases|oraciones|frasi)", re.IGNORECASE)
TASK: Final = re.compile(
    r"^\W*(?:\d+[.)]\s*)?(?:"
    r"(?:write|create|plot|train|implement|report|describe|discuss|explain|show|visuali[sz]e|compare|analy[sz]e|provide|include|"
    r"track|repeat|design|use|load|replace|fine-tune)\s+(?:and\s+\w+\s+)?(?:an?|the|your|two|three|four|each|all|both|which|what|"
    r"why|at least|with|brief|training|final|models|different|pre-?trained|test accuracy)\b"
    r"|(?:code|plot|table|comparison table|description|visualization|curves)\s+(?:showing|comparing|of each|for)\b"
    r"|deliverables?\b)",
    re.IGNORECASE,
)
CODE: Final = re.compile(r"\w\(|\s[-+*/]?=\s|\bdef \w|\bimport \w|\bself\.|\breturn \w")
SHORTEST: Final = 40  # letters of a paragraph that is an answer; captions and labels are shorter
WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that say much in one character
ABBREVIATIONS: Final = re.compile(
    r"\b(?:e\.\s?g|i\.\s?e|z\.\s?B|d\.\s?h|u\.\s?a|p\.\s?ex|vs|cf|approx|ca|figs?|tab|eqs?|sec|resp|bzw|nr|abb|et al|dr|prof|"
    r"(?:etc|usw)(?=\.\s+(?-i:[a-zäöü])))\.",
    re.IGNORECASE,
)
END: Final = re.compile(r"[.!?…]+(?=[\s\"'”’)\]]|$)|[。！？]+")
DOT: Final = "\u2024"


@dataclass(frozen=True)
class Written:
    """An answer in one file. `announced`: a heading or its first word calls it an analysis or the like."""

    passages: tuple[Passage, ...]
    announced: bool

    @property
    def text(self) -> str:
        """Its paragraphs, apart from each other by a blank line, without the word that announces it."""
        paragraphs = [each.text for each in self.passages]
        return "\n\n".join(_without_label(text) for text in paragraphs)

    @property
    def sentences(self) -> list[str]:
        return [sentence for text in self.text.split("\n\n") for sentence in sentences(text)]

    @property
    def place(self) -> str:
        """Where it begins, and where it ends if that is elsewhere."""
        first, last = self.passages[0], self.passages[-1]
        return first.place if first.where == last.where else f"{first.place} to {last.where}"


def written(passages: Sequence[Passage]) -> list[Written]:
    """The answers among a part's passages, one for each file that holds one, in the order of the files.

    What is announced as an answer is taken; where nothing is, all prose is. Comments count only when announced, and the
    assignment's own sentences, which many copy, do not count.
    """
    files = dict.fromkeys(passage.file for passage in passages)
    answers = [_in_file([each for each in passages if each.file == file]) for file in files]
    return [answer for answer in answers if answer is not None]


def best(answers: Sequence[Written], fewest: int) -> Written:
    """The one to show: announced before not announced, long enough before too short, then the longer."""
    return max(
        answers,
        key=lambda each: (each.announced, min(len(each.sentences), fewest), each.announced * len(each.sentences)),
    )


def _in_file(passages: Sequence[Passage]) -> Written | None:
    announced: list[Passage] = []
    prose: list[Passage] = []
    listening = False
    for passage in passages:
        opening = ANNOUNCED.match(passage.text[:60])
        match passage.kind:
            case "heading":
                listening = bool(ANNOUNCED.search(passage.text) or ASKED.search(passage.text))
            case "text" | "comment" if ASKED.search(passage.text):
                listening = True
            case "code" | "printed" | "table" | "picture" if listening and announced:
                listening = False
            case "text" | "comment" if opening and len(passage.text) <= 60:
                listening = True  # a line that announces
            case "text" | "comment" if _is_prose(passage.text):
                if opening or listening:
                    announced.append(passage)
                    listening = True
                elif passage.kind == "text":
                    prose.append(passage)
            case "comment":
                listening = False
    chosen = announced or prose
    return Written(tuple(chosen), bool(announced)) if chosen else None


def _is_prose(text: str) -> bool:
    """Whether a paragraph can be an answer: long enough, no code, and nothing that the assignment says."""
    letters = sum(character.isalpha() for character in text) + 2 * len(WIDE.findall(text))
    is_code = 8 * len(CODE.findall(text)) > len(text.split())
    return letters >= SHORTEST and not is_code and not text.endswith(":") and not TASK.match(_without_label(text))


def _without_label(text: str) -> str:
    label = LABEL.match(text)
    return text[label.end() :] if label and ANNOUNCED.search(label[0]) and len(label[0].split()) <= 5 else text


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph. Abbreviations and decimal points end none; what has no full stop at the end is one."""
    guarded = ABBREVIATIONS.sub(lambda match: match[0].replace(".", DOT), text)
    return [sentence for sentence in _split(guarded) if re.search(r"[^\W\d]{2,}|" + WIDE.pattern, sentence)]


def _split(guarded: str) -> Iterator[str]:
    start = 0
    for match in END.finditer(guarded):
        yield guarded[start : match.end()].replace(DOT, ".").strip()
        start = match.end()
    yield guarded[start:].replace(DOT, ".").strip()
