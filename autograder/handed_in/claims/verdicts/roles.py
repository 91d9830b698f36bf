"""Which configuration holds a rank: a label in place of 'the winner' or 'the largest model'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.relations import Claim, Party
from autograder.handed_in.claims.sentence.roles import ROLE
from autograder.handed_in.claims.words.mentions import LABEL
from autograder.handed_in.numbers import Standing

DISTINCT: Final = 0.01  # share of the largest value by which neighbours in a ranking must differ, or it is a tie
DISTINCT_SHARE: Final = 0.0005


def identified(claim: Claim, standings: Sequence[Standing]) -> Claim | None:
    """The claim with labels in place of ranks; None if the numbers don't say who has a rank, or somebody is compared with
    themselves."""
    fields = {field: party for field, party in vars(claim).items() if isinstance(party, Party)}
    roles = {name for party in fields.values() for name in party.names if name.startswith(ROLE)}
    if not roles:
        return claim
    labels = {role: _label(role, standings) for role in roles}
    if not all(labels.values()) or any(claim.of.quantities[0] in ("train accuracy", "train loss") for _ in roles):
        return None
    known = {
        field: replace(party, names=tuple(labels.get(name) or name for name in party.names))
        for field, party in fields.items()
    }
    every = [name for party in known.values() for name in party.names]
    return replace(claim, **known) if len(set(every)) == len(every) else None  # type: ignore[arg-type]


def _label(role: str, standings: Sequence[Standing]) -> str:
    """Who has a rank by all tables of its quantity; '' if they disagree or it is a tie."""
    quantity, sign, rank, size = role.removeprefix(ROLE).split(":")
    found = set()
    for standing in standings:
        if standing.quantity == quantity and len(standing.values) > 1 and int(size) in (0, len(standing.values)):
            ranked = sorted(standing.values.items(), key=lambda each: -int(sign) * each[1])
            at = int(rank) - 1
            near = [abs(ranked[at][1] - ranked[other][1]) for other in (at - 1, at + 1) if 0 <= other < len(ranked)]
            share = quantity in ("accuracy", "gap")
            margin = DISTINCT_SHARE if share else DISTINCT * max(abs(value) for _, value in ranked)
            found.add(ranked[at][0] if at < len(ranked) and min(near) > margin else "")
    return f"{LABEL}{found.pop()}" if len(found) == 1 and "" not in found else ""
