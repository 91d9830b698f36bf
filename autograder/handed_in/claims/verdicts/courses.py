"""Whether a configuration is best in its last epoch, by the courses or columns of its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.handed_in.claims.relations import Peak
from autograder.handed_in.claims.verdicts.margins import CLEAR_OF_SHARES
from autograder.handed_in.claims.verdicts.threefold import Answer
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.numbers import Standing

BEST: Final = re.compile(r"\b(?:best|max(?:imum|imal)?|peak|highest)\b", re.IGNORECASE)


def peaked(peak: Peak, standings: Sequence[Standing], configurations: Configurations) -> tuple[Answer, list[Standing]]:
    """Whether the last value is the best one, by courses over the epochs or by columns of the best and the last value; and the
    numbers that show it."""
    found: list[tuple[bool, list[Standing]]] = []
    for last in (each for each in standings if each.quantity == peak.of.quantities[0] and not BEST.search(each.title)):
        labels = [each for name in peak.subject.names for each in configurations.among(name, last.values)]
        for label in labels or ([] if peak.subject.names else list(last.values)):
            course = [value for _, value in last.courses.get(label, ())]
            if course:
                found.append((max(course) - last.values[label] < CLEAR_OF_SHARES, [last]))
            found += [
                (best.values[label] - last.values[label] < CLEAR_OF_SHARES, [last, best])
                for best in standings
                if (best.place, best.quantity) == (last.place, last.quantity)
                if BEST.search(best.title) and label in best.values
            ]
    if not found or len({answer for answer, _ in found}) > 1:
        return None, []
    return found[0][0] != peak.negated, found[0][1]
