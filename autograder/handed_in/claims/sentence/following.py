"""What follows a token in its sentence, if that decides what the token means."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.handed_in.claims.sentence.reaching import REACHES
from autograder.handed_in.claims.sentence.tokens import Token


def is_not_done(verb: Token) -> bool:
    """'not even [beat X]', 'not even [came close to X]'"""
    return verb.kind in ("beat", "same", "change", "goal") or verb.text.casefold() in (
        *REACHES,
        "come",
        "comes",
        "came",
    )


def to_somebody(rest: Sequence[Token]) -> bool:
    """'[loses] by two points to X'"""
    to = next((at for at, each in enumerate(rest[:8]) if each.kind == "to"), len(rest))
    return rest[:1] != [] and rest[0].kind == "by" and any(each.kind in ("name", "group") for each in rest[to : to + 3])


def is_over_somebody(rest: Sequence[Token]) -> bool:
    end = next((at for at, each in enumerate(rest) if each.kind == "boundary"), len(rest))
    over = next((at for at, each in enumerate(rest[:end]) if each.text.casefold() == "over"), end)
    return "name" in [each.kind for each in rest[over:end]]


def by_so_much(rest: Sequence[Token]) -> bool:
    """'[changed the accuracy] by two points'"""
    end = next((at for at, each in enumerate(rest) if each.kind == "boundary"), len(rest))
    by = next((at for at, each in enumerate(rest[:end]) if each.kind == "by"), end)
    after = next((each for each in rest[by + 1 : end] if each.kind not in ("bound", "plain", "degree")), None)
    return after is not None and after.number is not None


def is_of_quantities(rest: Sequence[Token]) -> bool:
    kinds = [each.kind for each in rest[:12] if each.kind not in ("plain", "of", "to", "with")]
    return kinds[:3] == ["quantity", "and", "quantity"]


def describes(rest: Sequence[Token]) -> bool:
    kinds = [each.kind for each in rest]
    return kinds[:3] == ["compare", "and", "compare"] and "thing" not in kinds[3:]


def gives_points(rest: Sequence[Token]) -> bool:
    """'[gives] SGD more than four points'"""
    telling = [each for each in rest[:4] if each.kind not in ("plain", "degree", "bound")]
    number = telling[1].number if len(telling) > 1 and telling[0].kind == "name" else None
    return number is not None and number.unit == "points"


def is_of_accuracy(rest: Sequence[Token]) -> bool:
    """'[costs] some accuracy', '[costs] us two points'"""
    telling = [each for each in rest if each.kind not in ("plain", "degree", "bound", "name", "pronoun")]
    following = telling[0] if telling else None
    if following is None or "compare" in [each.kind for each in telling[1:4]]:
        return False  # '17 % more seconds', '6-10 % more time'
    points = following.number is not None and following.number.unit in ("points", "percent")
    return points or (
        following.meaning.quantities in (("accuracy",), ("train accuracy",)) and following.kind == "quantity"
    )


def leads_from(rest: Sequence[Token]) -> bool:
    """'when [we move from A to B]'"""
    return any(each.kind == "from" for each in rest[:4])


def is_of_a_quantity(rest: Sequence[Token]) -> bool:
    """'[half] of the training time', but not '[three times] as many parameters', where a comparison comes first."""
    following = next((each for each in rest if each.kind not in ("plain", "of", "scope")), None)
    return (following is not None and following.kind in ("quantity", "pronoun", "name")) or bool(
        rest and rest[0].text.casefold() in ("that", "those", "the one of", "the ones of", "that of", "those of")
    )


def shared_unit(rest: Sequence[Token]) -> str:
    """The unit that a number shares with a list: '74.1 and 62.3 %', '81 versus 121 seconds'."""
    if len(rest) > 1 and (rest[0].kind in ("and", "or", "than") or rest[0].text in (",", "/")):
        number = rest[1].number or (rest[2].number if len(rest) > 2 and rest[1].kind == "and" else None)
        return (number.unit or shared_unit(rest[2:])) if number else ""
    return ""
