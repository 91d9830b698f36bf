"""Sentences that do not fit the student's own numbers. They become questions for a person, never deductions.

A wrong question costs a reviewer's trust, so one is asked only if a source of numbers contradicts a sentence and no other
confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from autograder.handed_in.claims.clause.discourse import Discourse
from autograder.handed_in.claims.reading import read
from autograder.handed_in.claims.relations import Claim, Peak, Trend
from autograder.handed_in.claims.sentence.tokens import tokens
from autograder.handed_in.claims.verdicts.accounting import figures, misread
from autograder.handed_in.claims.verdicts.courses import peaked
from autograder.handed_in.claims.verdicts.holding import holds
from autograder.handed_in.claims.verdicts.roles import identified
from autograder.handed_in.claims.verdicts.trends import follows
from autograder.handed_in.claims.words.languages import foreign_language
from autograder.handed_in.claims.words.layers import across_layers, layer_of, layers_told
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Quantity, Standing
from autograder.results import Question

ITEM: Final = re.compile(r"\n\s*(?=[-*•–+]\s|\d[.)]\s)")  # the start of a list item
LONGEST: Final = 600  # characters; longer sentences are skipped
WORDS: Final[dict[Quantity, str]] = {
    "accuracy": "test accuracy",
    "train accuracy": "training accuracy",
    "train loss": "training loss",
    "seconds": "training time",
    "gap": "gap between training and test accuracy",
}


def questions(
    sentences: Sequence[str],
    standings: Sequence[Standing],
    naming: Naming,
    groups: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[Question]:
    """A question for each sentence that the submission's own numbers contradict; none if the sentences are not English.

    `groups` are the rubric's words for several names at once: 'adaptive' for RMSprop and Adam.
    """
    if foreign_language(sentences):
        return
    by_layer = across_layers(standings)
    labels = tuple(dict.fromkeys(label for each in standings for label in each.values))
    configurations = Configurations(naming, labels, groups, layers_told(standings))
    known = tuple(dict.fromkeys(each.quantity for each in standings))
    discourse = Discourse()
    for sentence in (item for each in sentences for item in ITEM.split(each)):
        if len(sentence) > LONGEST:
            discourse = Discourse()
            continue
        words = tokens(sentence, configurations)
        claims, discourse = read(words, known, discourse)
        beside = figures(words, claims, standings, configurations)
        trends = [claim for claim in claims if isinstance(claim, Trend)]
        told = [
            one
            for claim in claims
            if not isinstance(claim, Trend | Peak)
            and (one := identified(claim, standings)) is not None
            and not misread(one, beside)
        ]
        peaked_ones = [peaked(claim, standings, configurations) for claim in claims if isinstance(claim, Peak)]
        answers = (
            *(_asked(told_by) for answer, told_by in peaked_ones if answer is False),
            *(_answer_to_a_trend(trend, standings) for trend in trends),
            *(_answer(claim, standings, by_layer, configurations) for claim in told),
        )
        answer = next(filter(None, answers), "")
        if answer:
            yield Question(said=sentence, found=answer)


def _answer(
    claim: Claim,
    standings: Sequence[Standing],
    by_layer: Sequence[tuple[str, Standing]],
    configurations: Configurations,
) -> str:
    """What contradicts a claim in the numbers; empty if nothing does."""
    if claim.of.within is not None:
        labels = [label for label, _ in by_layer]
        meant = {label for name in claim.of.within.names for label in configurations.among(name, labels)} or set(labels)
        held = [(holds(claim, standing, configurations), standing) for label, standing in by_layer if label in meant]
        against = [standing for answer, standing in held if answer is False]
        if claim.of.within.names and any(answer for answer, _ in held) and len(claim.of.within.names) == 1:
            return ""
    else:
        held = [(holds(claim, standing, configurations), standing) for standing in standings]
        layered = any(layer_of(standing.title) is not None for standing in standings)
        against = [standing for answer, standing in held if answer is False]
        if any(answer for answer, _ in held) and not (claim.of.everywhere and layered):
            return ""
    return _asked(against[:2])


def _answer_to_a_trend(trend: Trend, standings: Sequence[Standing]) -> str:
    held = [
        (follows(trend, sizes, standing), sizes, standing)
        for standing in standings
        for sizes in standings
        if standing.quantity in trend.of.quantities and sizes.quantity == "parameters"
    ]
    against = [both for answer, *both in held if answer is False]
    return _asked(against[0]) if against and not any(answer for answer, *_ in held) else ""


def _asked(against: Sequence[Standing]) -> str:
    return f"{' '.join(dict.fromkeys(map(_in_words, against)))} Which is meant?" if against else ""


def _in_words(standing: Standing) -> str:
    unit = " s" if standing.quantity == "seconds" else ""
    ranked = sorted(standing.values.items(), key=lambda each: -each[1])
    figures = ", ".join(f"{label} {_figure(value)}{unit}" for label, value in ranked)
    what = standing.title or WORDS.get(standing.quantity, standing.quantity)
    return f"The {what} in {standing.place}: {figures}."


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) >= 1000 else f"{value:.4g}"
