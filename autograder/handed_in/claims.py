"""Sentences that do not fit the student's own numbers. They become questions for a person, never deductions.

A wrong question costs a reviewer's trust, so a sentence is held against the numbers only where all is plain: it is about
accuracy or training time, it names the models that a table or a list of the submission names, and it is no conjecture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Quantity, Standing
from autograder.results import Question

BASELINE: Final = "baseline"  # the name of what a sentence compares with when it names nothing else
MARGINS: Final[dict[Quantity, float]] = {"accuracy": 0.0005, "seconds": 0.03}  # of a fraction; of the larger time
LONGEST: Final = 600  # characters of a sentence that is looked at

CLAUSES: Final = re.compile(
    r"[,;:]\s+|\s+[–—]\s+|\s+(?:but|while|whereas|although|though|and(?=\s+(?:was|were|achieved|performed|took|required|needed|trained|"
    r"reached|had|has|is|also|the|a)\b))\s+",
    re.IGNORECASE,
)
ADJECTIVES: Final = r"(?:(?:final|overall|test|testing|classification|validation|absolute|mean)\s+){0,3}"
RESULT: Final = rf"{ADJECTIVES}(?:accurac(?:y|ies)|performance|results?|scores?)"
DID: Final = r"(?:performed|performs|did|was|is|were|are|works|worked)"
HOW: Final = (
    r"(?:(?:the|a|clearly|slightly|much|far|significantly|noticeably|also|even|still|somewhat|overall)\s+){0,3}"
)
SPENT: Final = rf"(?:took|takes|needed|needs|required|requires|had|has|with)\s+{HOW}"
TIME: Final = r"(?:(?:training|computation|computing|total|wall-clock|run)\s*){0,2}time"

Order = Literal["most", "least", "more", "less"]


@dataclass(frozen=True)
class Claim:
    """A way to say that a model has most, least, more or less of a quantity. `vague`: other words must not narrow it."""

    pattern: re.Pattern[str]
    quantity: Quantity
    order: Order
    vague: bool = False


def _claim(pattern: str, quantity: Quantity, order: Order, vague: bool = False) -> Claim:
    return Claim(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), quantity, order, vague)


CLAIMS: Final = (
    _claim(rf"(?:the\s+)?(?:best|highest|top)\s+{RESULT}|(?:the\s+)?most accurate", "accuracy", "most"),
    _claim(
        rf"{DID}\s+{HOW}best|outperform(?:ed|s)\s+(?:all|both|every|the other|the rest)(?:\s\w+)?",
        "accuracy",
        "most",
        True,
    ),
    _claim(rf"(?:the\s+)?(?:worst|lowest|poorest)\s+{RESULT}|(?:the\s+)?least accurate", "accuracy", "least"),
    _claim(rf"{DID}\s+{HOW}worst", "accuracy", "least", True),
    _claim(rf"(?:higher|better|superior|greater)\s+{RESULT}|more accurate", "accuracy", "more"),
    _claim(rf"{DID}\s+{HOW}better|outperform(?:ed|s)|beats?", "accuracy", "more", True),
    _claim(rf"(?:lower|worse|poorer|inferior)\s+{RESULT}|less accurate", "accuracy", "less"),
    _claim(rf"{DID}\s+{HOW}worse|underperform(?:ed|s)", "accuracy", "less", True),
    _claim(
        rf"{SPENT}(?:longest|most\s+{TIME})(?:\s+to train)?|slowest to train|longest {TIME}|trained\s+{HOW}slowest",
        "seconds",
        "most",
    ),
    _claim(
        rf"{SPENT}(?:shortest|least)\s+{TIME}|fastest to train|shortest {TIME}|trained\s+{HOW}fastest",
        "seconds",
        "least",
    ),
    _claim(
        rf"{SPENT}(?:longer|more\s+{TIME})(?:\s+to train)?|slower to train|(?:longer|higher) {TIME}|trained\s+{HOW}slower",
        "seconds",
        "more",
    ),
    _claim(
        rf"{SPENT}(?:shorter|less)\s+{TIME}|faster to train|shorter {TIME}|trained\s+{HOW}faster", "seconds", "less"
    ),
)
# In notes of two or three words: 'sigmoid best'.
NOTES: Final = (_claim("best", "accuracy", "most"), _claim("worst", "accuracy", "least"))
LONGEST_NOTE: Final = 3  # words
# Between a superlative and the model that it is about: 'the best accuracy [was reached by] tanh'.
ABOUT: Final = re.compile(
    r"\s*(?:(?:is|was|were|came|comes|goes|went)\s+)?(?:(?:reached|achieved|obtained|attained|shown)\s+)?(?:(?:by|from|with|using|to)\s+)?"
    r"(?:the\s+)?",
    re.IGNORECASE,
)
# Not what was seen at the end of the student's own runs.
CONJECTURE: Final = re.compile(
    r"\b(?:would|could|might|may|should|can|expect\w*|assum\w*|if|unless|theor\w*|usually|typically|generally|often|sometimes|tends?|"
    r"in general|known|literature|hop\w+|probably|likely|initial\w*|at first|early|earlier|begin\w*|first (?:few )?epochs?|"
    r"per epoch|each epoch|until|(?:among|one of) the (?:best|worst|highest|lowest|top)|second|third|next|nearly|almost|"
    r"similar\w*|comparabl\w*)\b|\?",
    re.IGNORECASE,
)
NEGATED: Final = re.compile(
    r"\b(?:not|never|no|nor|neither|hardly|barely|rather than|instead of|except)\b|n[’']t\b", re.IGNORECASE
)
OTHERS: Final = re.compile(
    r"\b(?:others?|rest|both|all|remaining|none|everything|anything|combin\w*|average of)\b", re.IGNORECASE
)
NARROWED: Final = re.compile(
    r"\b(?:loss\w*|converg\w*|train\w*|gradient\w*|generali[sz]\w*|overfit\w*|stab\w*|speed\w*|time|fast\w*|slow\w*|regulari[sz]\w*|at|"
    r"for|suited|balance\w*|trade\w*|choice|epochs?|class\w*|on)\b",
    re.IGNORECASE,
)
THAN: Final = re.compile(
    r"\b(?:than|compared (?:to|with)|relative to|over)\b|(?<=outperformed)|(?<=outperforms)|(?<=\bbeat)|(?<=\bbeats)",
    re.IGNORECASE,
)


def questions(sentences: Sequence[str], standings: Sequence[Standing], naming: Naming) -> Iterator[Question]:
    """A question for each sentence that the submission's own numbers contradict, wherever they speak of it."""
    for sentence in sentences:
        if len(sentence) <= LONGEST and (answer := next(_contradictions(sentence, standings, naming), "")):
            yield Question(said=sentence, found=answer)


@dataclass(frozen=True)
class _Said:
    """What a clause claims: labels of the standing, and those that it compares with (empty: with whatever there is)."""

    claim: Claim
    subjects: frozenset[str]
    objects: frozenset[str]


def _contradictions(sentence: str, standings: Sequence[Standing], naming: Naming) -> Iterator[str]:
    if CONJECTURE.search(sentence):
        return
    for quantity in MARGINS:
        answers = []
        for standing in (each for each in standings if each.quantity == quantity):
            answers += [_answer(said, standing, naming) for said in _said(sentence, standing, naming)]
        if answers and all(answers):
            yield answers[0]


def _said(sentence: str, standing: Standing, naming: Naming) -> Iterator[_Said]:
    """What the sentence's clauses claim about the standing's quantity. A clause that begins with its verb goes on
    about the subject of the one before."""
    earlier: frozenset[str] = frozenset()
    for clause in CLAUSES.split(sentence):
        mentions = _mentions(clause, standing, naming)
        claims = (*CLAIMS, *NOTES) if len(sentence.split()) <= LONGEST_NOTE else CLAIMS
        found = ((claim, claim.pattern.search(clause)) for claim in claims)
        claim, match = next(((claim, match) for claim, match in found if match), (None, None))
        before = [labels for start, _, labels in mentions if match is None or start < match.start()]
        subjects = frozenset().union(*before) if all(before) else frozenset()
        if match and not before and len(clause[: match.start()].split()) <= 1:
            subjects = earlier
        if claim and match and claim.order in ("most", "least") and len(mentions) == 1 and not before:
            start, _, labels = mentions[0]
            subjects = labels if ABOUT.fullmatch(clause, match.end(), start) else frozenset()
        earlier = subjects or earlier
        if claim is None or match is None or claim.quantity != standing.quantity or not subjects:
            continue
        if (
            NEGATED.search(clause)
            or OTHERS.search(clause[: match.start()])
            or (claim.vague and NARROWED.search(clause))
        ):
            continue
        after = [(start, labels) for start, _, labels in mentions if start >= match.start()]
        than = THAN.search(clause, match.start())
        if claim.order in ("more", "less") and than:
            objects = [labels for start, labels in after if start >= than.start()]
            if objects and all(objects):
                yield _Said(claim, subjects, frozenset().union(*objects))
        elif not after or claim.order in ("most", "least"):
            yield _Said(claim, subjects, frozenset())


def _mentions(clause: str, standing: Standing, naming: Naming) -> list[tuple[int, int, frozenset[str]]]:
    """The models that a clause mentions, each with the labels of the standing that it may be; none where it is not there."""
    spelled = {label: _spellings(label) for label in standing.values}
    labels = {
        name: {label for label in spelled if any(name == each for *_, each in naming.mentions(label))}
        for name in naming.names
    }
    both = Naming({**{f"={label}": spellings for label, spellings in spelled.items()}, **naming.names})
    return [
        (start, end, frozenset({name[1:]} if name.startswith("=") else labels[name]))
        for start, end, name in both.mentions(clause)
    ]


def _spellings(label: str) -> list[str]:
    """A label as sentences may have it: 'CNN_B (Deeper)', 'CNN_B'."""
    outside = re.sub(r"\s*\([^)]*\)", "", label).strip()
    return [each for each in dict.fromkeys((label, outside)) if len(each) > 1]


def _answer(said: _Said, standing: Standing, naming: Naming) -> str:
    """What the numbers say against it; empty where they don't."""
    values = standing.values
    most = said.claim.order in ("most", "more")
    rivals = said.objects - said.subjects or (
        frozenset(values) - said.subjects
        if said.claim.order in ("most", "least")
        else _baseline(said, standing, naming)
    )
    if not rivals:
        return ""
    margin = MARGINS[standing.quantity] * (max(values.values()) if standing.quantity == "seconds" else 1)
    own = (max if most else min)(values[label] for label in said.subjects)
    if said.claim.order in ("most", "least"):
        other = (max if most else min)(values[label] for label in rivals)
    else:  # the rival that speaks for the claim most
        other = (min if most else max)(values[label] for label in rivals)
    contradicted = other - own > margin if most else own - other > margin
    return _in_words(standing) if contradicted else ""


def _baseline(said: _Said, standing: Standing, naming: Naming) -> frozenset[str]:
    """What 'higher' or 'longer' is meant against where nothing is named: the baseline, or else all others."""
    baseline = {label for label in standing.values if BASELINE in (name for *_, name in naming.mentions(label))}
    return frozenset(baseline) - said.subjects or frozenset(standing.values) - said.subjects


def _in_words(standing: Standing) -> str:
    unit = " s" if standing.quantity == "seconds" else ""
    what = "training time" if standing.quantity == "seconds" else "test accuracy"
    ranked = sorted(standing.values.items(), key=lambda each: -each[1])
    figures = ", ".join(f"{label} {value:.4g}{unit}" for label, value in ranked)
    return f"The {what} in {standing.place}: {figures}. Which is meant?"
