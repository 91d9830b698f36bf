"""Which of the compared configurations a text names: by the rubric's names and by the labels of the student's own tables."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.handed_in.claims.words.layers import NAME as LAYER
from autograder.handed_in.claims.words.layers import ORDINALS, Layer, among_layers, layer_mentions
from autograder.handed_in.claims.words.lexicon import MEANINGS
from autograder.handed_in.naming import Naming

BASELINE: Final = "baseline"  # what a sentence compares with when it names nothing else
GROUP: Final = "*"  # prefix of a word of the rubric for several names
TOGETHER: Final = " & "
SHARED: Final = "~"  # prefix of a word in several labels but not all: 'ResNet18' of a frozen and of a fine-tuned one
PROPER: Final = re.compile(r"[a-z][A-Z]|[^\W\d_]\d")
WITHOUT: Final = "without "  # prefix of a name: what it was added to, 'SGD' of 'SGD+Momentum', or the baseline
LABEL: Final = "="  # prefix of a label that is in a table but not in the rubric
# Phrases in which a name means something else: 'on average' is not average pooling.
NO_NAMES: Final = re.compile(
    r"\b(?:on average|average of|an average|none of|deep learning|deep neural|deep networks|simple (?:enough|reason|fact)|"
    r"based? on|at base|original(?:ly)? (?:paper|data|image)s?|more layers|average (?:gradient|time|loss|accuracy|of)|"
    r"state of the art)\b",
    re.IGNORECASE,
)
DEEP: Final = re.compile(
    r"\bdeep (?=network\b)", re.IGNORECASE
)  # of any kind, unless one of those compared has that name
IRREGULAR: Final = {
    "frozen": (
        *("freezing", "froze", "feature extraction", "linear probing"),
        *(
            f"{only} the {part}"
            for only in ("only", "just")
            for part in ("head", "last layer", "final layer", "classifier", "new head")
        ),
    ),
    "unfrozen": ("unfreezing", "unfroze"),
    **dict.fromkeys(("fine-tuned", "fine-tuning", "finetuned", "finetuning"), ("unfreezing", "unfroze", "unfrozen")),
}
# 'max pooling', if one of those compared has average pooling: the one without it.
COUNTERPARTS: Final = {
    "average pooling": re.compile(
        r"\bmax[\s-]?pool(?:ing)?\b(?:\s+(?:of|in|from)\s+(?:the|our|my)\s+(?:baseline|original)\b(?:\s+(?:network|model|cnn)\b)?)?",
        re.IGNORECASE,
    )
}
ITEM: Final = r"(?-i:\d|[A-Z])\b"  # of 'models 2 and 3'
# 'C' of 'Model C', and 'A' if it is not an article.
A_DOES: Final = (  # 'A beats B', but not 'A series of', 'A loss of'
    r"(?!\s+(?:series|always|perhaps|news|yes)\b)(?=\s+(?:[a-z]+[^\Wsuia]s|is|was|has|had|and|or|than|by|with|to|got|beat|took|did|does|"
    r"came|won|lost|reached|needed|outperformed|ended|finished|scored|only|also|even|still|already|clearly)\b)"
)
LETTER: Final = re.compile(rf"(?<![\w.+-])(?:[B-HJ-Z]|A(?!\s+[a-z])|A{A_DOES})(?![\w+-])")
ORDINAL: Final = re.compile(
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:model|network|net|architecture|variant|version|configuration|config|cnn|design)\b",
    re.IGNORECASE,
)
LISTED: Final = re.compile(rf"\b(?P<noun>[^\W\d_]+)s (?P<items>{ITEM}(?:(?:,| and| or|, and) {ITEM})+)", re.IGNORECASE)
GENERIC: Final = frozenset(
    "with without and the for net cnn mlp model network epoch epochs acc accuracy test train run".split()
)


@dataclass(frozen=True)
class Configurations:
    """What is compared: the rubric's names with their spellings, the labels of the student's tables and lists, and the rubric's
    words for several of them. `layers`: those that the numbers are about."""

    naming: Naming
    labels: tuple[str, ...]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    layers: frozenset[Layer] = frozenset()

    def mentions(self, text: str) -> list[tuple[int, int, str]]:
        """The configurations that a text names: (start, end, name), in order."""
        patterns = (NO_NAMES,) if any("deep" in words_of(label) for label in self.labels) else (NO_NAMES, DEEP)
        masked = text
        for pattern in patterns:
            masked = pattern.sub(lambda match: "\x00" * len(match[0]), masked)
        found = layer_mentions(masked) if self.layers else []
        found += self._counterparts(masked)
        for start, end, name in self._spelled.mentions(masked):
            known = any(self.among(each, self.labels) for each in self.members(name))
            if known and all(end <= other or start >= other_end for other, other_end, _ in found):
                found.append((start, end, name))
        for start, end, name in (*self._listed(masked), *self._lettered(masked), *self._counted(masked)):
            if all(end <= other or start >= other_end for other, other_end, _ in found):
                found.append((start, end, name))
        return sorted(found)

    def _counterparts(self, text: str) -> Iterator[tuple[int, int, str]]:
        """'max pooling', if only average pooling has a label of its own"""
        for name, spelled in COUNTERPARTS.items():
            named = any(each == name for *_, each in self.naming.mentions(text))
            own = any(spelled.search(label) for label in self.labels)
            if named and not own and self._without(self.among(name, self.labels), self.labels):
                yield from ((*match.span(), f"{WITHOUT}{name}") for match in spelled.finditer(text))

    def _lettered(self, text: str) -> Iterator[tuple[int, int, str]]:
        """'C', if one label has that letter."""
        for match in LETTER.finditer(text):
            named = [label for label in self.labels if match[0] in re.split(r"[\s_()-]+", label)]
            if len(named) == 1:
                yield *match.span(), f"{LABEL}{named[0]}"

    def _counted(self, text: str) -> Iterator[tuple[int, int, str]]:
        """'the third network', if labels are numbered from 1."""
        numbered = {
            int(digits[0]): label for label in self.labels if (digits := re.findall(r"(?<!\d)[1-9](?!\d)", label))
        }
        if len(self.labels) > 1 and sorted(numbered) == list(range(1, len(self.labels) + 1)):
            for match in ORDINAL.finditer(text):
                if (label := numbered.get(int(ORDINALS[match[1].casefold()]))) is not None:
                    yield *match.span(), f"{LABEL}{label}"

    def _listed(self, text: str) -> Iterator[tuple[int, int, str]]:
        """'models 2 and 3', 'CNNs B and C', if labels are numbered like that."""
        for match in LISTED.finditer(text):
            for item in re.finditer(r"\b(?:\d|[A-Z])\b", match["items"]):
                numbered = re.compile(rf"\b{re.escape(match['noun'])}[\s_-]*{item[0]}(?![^\W_])", re.IGNORECASE)
                named = [label for label in self.labels if numbered.search(label)]
                start = match.start("items") + item.start()
                if len(named) == 1:
                    yield start, start + 1, f"{LABEL}{named[0]}"

    def among(self, name: str, labels: Iterable[str]) -> frozenset[str]:
        """Which of a source's labels a name may mean; several if it is ambiguous.

        Joined names, 'frozen & ResNet', mean the labels that each of them may mean.
        """
        labels = list(labels)
        if TOGETHER in name:
            meant = [self.among(each, labels) for each in name.split(TOGETHER)]
            return frozenset.intersection(*meant) or max(meant, key=len)
        if name.startswith(LAYER):
            return among_layers(name, labels)
        if name.startswith(SHARED):
            return frozenset(label for label in labels if name.removeprefix(SHARED) in _telling(label))
        if name.startswith(WITHOUT):
            return self._without(self.among(name.removeprefix(WITHOUT), labels), labels)
        if name.startswith(LABEL):
            own = name[len(LABEL) :]
            if own in labels:
                return frozenset({own})
            named = self._names_in(own)
            return frozenset(
                label for label in labels if _same(label, own) or (named and self._names_in(label) == named)
            )
        exact = {label for label in labels if self._names_in(label) == {name}}
        if exact or any(
            self._names_in(label) == {name} for label in self.labels
        ):  # elsewhere it has a label of its own
            return frozenset(exact)
        return frozenset(label for label in labels if name in self._names_in(label))

    def baseline(self, labels: Iterable[str]) -> frozenset[str]:
        """The labels of what the rubric calls the baseline, by name or by another spelling; empty if it has no baseline."""
        named = (name for name, others in self.naming.names.items() if BASELINE in (name, *others))
        return next((self.among(name, labels) for name in named), frozenset())

    def _without(self, added: frozenset[str], labels: Sequence[str]) -> frozenset[str]:
        """The baseline; else the label whose words all occur in the labels with the addition."""
        baseline = self.baseline(labels)
        within = {label for label in labels if all(words_of(label) < words_of(each) for each in added)}
        found = baseline - added if baseline else frozenset(within)
        return found if added and len(found) == 1 else frozenset()

    def _names_in(self, label: str) -> set[str]:
        return {name for *_, name in self.naming.mentions(label)}

    def members(self, name: str) -> tuple[str, ...]:
        """The names that a name stands for: those of a group, else itself."""
        return tuple(self.groups.get(name.removeprefix(GROUP), ())) if name.startswith(GROUP) else (name,)

    @functools.cached_property
    def _spelled(self) -> Naming:
        """All names with their spellings. A label that alone matches a name of the rubric gets that name."""
        words = Counter(word for label in self.labels for word in _telling(label))
        wholes = Counter(spelling.casefold() for label in self.labels for spelling in spellings(label))
        shared = [name for name in self.naming.names if len(self.among(name, self.labels)) > 1]
        taken = {
            spelling.casefold()
            for name, others in self.naming.names.items()
            for spelling in (name, *(() if name in shared else others))
        }
        found: dict[str, list[str]] = {}
        for label in self.labels:
            own = [each for each in spellings(label) if wholes[each.casefold()] == 1 and each.casefold() not in taken]
            telling = [word for word in _telling(label) if words[word] == 1]
            own += [each for word in telling for each in _inflected(word) if each not in taken]
            named = self._names_in(label)
            alone = len(named) == 1 and sum(self._names_in(other) == named for other in self.labels) == 1
            found.setdefault(next(iter(named)) if alone else f"{LABEL}{label}", []).extend(own)
        proper = {word.casefold() for label in self.labels for word in re.findall(r"\w+", label) if PROPER.search(word)}
        for word in proper - taken:
            if 1 < words[word] < len(self.labels):
                found[f"{SHARED}{word}"] = [word]
        for name, others in self.naming.names.items():
            found.setdefault(name, []).extend(others)
        return Naming({**found, **{f"{GROUP}{group}": [group] for group in self.groups}})


def spellings(label: str) -> list[str]:
    """A label as sentences may write it: 'CNN_B (Deeper)', 'CNN_B', 'Deeper'."""
    outside = re.sub(r"\s*\([^)]*\)", "", label).strip()
    inside = [part for part in re.findall(r"\(([^)]*)\)", label) if len(part) > 3]
    every = dict.fromkeys((label, outside, *inside))
    return [each for each in every if len(each) > 1 and _may_name(each)]


def _telling(label: str) -> list[str]:
    """The words of a label that could refer to it if no other label had them."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_][\w-]{2,}|\d+-[^\W\d]\w+", label)]
    words += re.findall(r"\d+[x×]\d+", label)
    return [word for word in dict.fromkeys(words) if word not in GENERIC and _may_name(word)]


def _may_name(word: str) -> bool:
    """Whether a label's word may be a name, being outside the vocabulary; words of size are both ('small CNN')."""
    meaning = MEANINGS.get(word.casefold())
    return not word.isdigit() and (meaning is None or meaning.kind == "degree" or "difference" in meaning.note)


def _inflected(word: str) -> tuple[str, ...]:
    """'fine-tuned', 'fine-tuning'; 'wide', 'wider', 'widest'."""
    stem = re.sub(r"(?:e|ed|er|ing)$", "", word)
    return (
        word,
        *IRREGULAR.get(word, ()),
        *(stem + end for end in ("", "e", "ed", "er", "est", "ing") if len(stem) > 3 and stem + end not in MEANINGS),
    )


def words_of(label: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in label.casefold()).split())


def _same(one: str, other: str) -> bool:
    ours, theirs = ({re.sub(r"[\W_]+", "", each).casefold() for each in spellings(label)} for label in (one, other))
    return bool(ours & theirs)
