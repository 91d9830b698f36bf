"""Whom a claim means: the labels of a source of numbers in place of its names.

An unclear name gives several readings, all of which must be contradicted. A comparison that names nobody is
with the baseline, with what the subject adds to, or with anyone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.relations import Claim, Order, Party
from autograder.handed_in.claims.words.mentions import BASELINE, LABEL, Configurations, words_of
from autograder.handed_in.numbers import Standing

MOST_READINGS: Final = 64


def readings(claim: Claim, standing: Standing, configurations: Configurations) -> Iterator[Claim]:
    """The claim with labels of the source in place of names; one for each label that an unclear name may mean."""
    parties = {
        field: party
        for field in ("subject", "other", "scope", "ends", "names")
        if (party := getattr(claim, field, None)) is not None
    }
    parties = {
        field: replace(
            party,
            every=False,
            names=tuple(
                f"{LABEL}{each}" for name in party.names for each in configurations.among(name, standing.values)
            )
            or party.names,
        )
        if party.every
        else party
        for field, party in parties.items()
    }
    names = list(dict.fromkeys(name for party in parties.values() for name in (*party.names, *party.without)))
    choices = [sorted(configurations.among(name, standing.values)) for name in names]
    if not all(choices) or _product(map(len, choices)) > MOST_READINGS:
        return
    besides = [label for label in standing.values if not any(label in choice for choice in choices)]
    if isinstance(claim, Order) and claim.other is None and len(choices) == 1 < len(choices[0]) and len(besides) == 1:
        claim = replace(claim, other=Party(tuple(besides)))  # 'transfer learning', of any network: than one's own
    chosen_ones = list(itertools.product(*choices))
    apart = [chosen for chosen in chosen_ones if len(set(chosen)) == len(chosen)]  # nobody is compared with itself
    for chosen in apart or chosen_ones:
        labels = dict(zip(names, chosen, strict=True))
        replaced = {
            field: Party(
                tuple(dict.fromkeys(labels[name] for name in party.names)),
                party.group,
                party.size,
                tuple(labels[name] for name in party.without),
                party.nobody,
                party.either,
                alone=party.alone,
                some=party.some,
            )
            for field, party in parties.items()
        }
        yield _with(claim, replaced)


def _with(claim: Claim, parties: Mapping[str, Party]) -> Claim:
    return type(claim)(**{**vars(claim), **parties})


def _product(lengths: Iterable[int]) -> int:
    total = 1
    for length in lengths:
        total *= length
    return total


def who(party: Party, standing: Standing, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """The labels of a party; empty if the words don't fit the source."""
    if party.names:
        return () if party.either and not party.nobody else party.names
    if party.some:
        return ()
    besides = set(besides)
    left = tuple(label for label in standing.values if label not in besides and label not in party.without)
    if party.size and party.size not in (len(left), len(standing.values) if not besides else -1):
        return ()
    return left


def meant_rivals(
    claim: Order, subjects: Sequence[str], standing: Standing, configurations: Configurations
) -> tuple[tuple[str, ...], bool]:
    """Whom a comparison without a name refers to: the baseline; what the subject adds to ('SGD' of 'SGD+Momentum'); or anyone.
    And whether that is certain, which 'anyone' is not."""
    left = [label for label in standing.values if label not in subjects]
    baseline = configurations.baseline(standing.values)
    if (claim.amount is not None or not claim.negated) and BASELINE not in configurations.naming.names:
        baseline = frozenset()  # 'takes three times as long', 'is quicker': than one's own network, or than another?
    if len(baseline) == 1 and not baseline & set(subjects):
        return tuple(baseline), True
    within = [label for label in left if all(words_of(label) < words_of(subject) for subject in subjects)]
    return (tuple(within), True) if subjects and len(within) == 1 else (tuple(left), len(standing.values) == 2)
