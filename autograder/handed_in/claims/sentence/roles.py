"""Configurations identified by a rank: 'behind the winner', 'the largest model is ...', 'the model with the most parameters'.

A superlative that somebody is compared with, or that is the subject of a clause without names, is not a claim but a name. The
numbers say whose (`verdicts.roles`); if they don't, or several tables disagree, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from autograder.handed_in.claims.sentence.tokens import SIZES, Token
from autograder.handed_in.claims.words.lexicon import BETTER, UNKNOWN
from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.numbers import Quantity

ROLE: Final = "rank:"  # prefix of a name that says which rank, in what
ARTICLES: Final = frozenset("the our my a its".split())
DONE_TO: Final = frozenset("training train to for with using of that those".split())  # 'than [training] the smallest'
SIZES_OF_ALL: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
OF_ALL: Final = frozenset(("the", "these", "those", "our", "my", "all", "compared", "tested", *SIZES_OF_ALL))
COMPARED_WITH: Final = frozenset(("than", "beat", "same"))  # kinds of words after which a superlative is a name
HEADS: Final = frozenset(("extreme", "compare", "beat", "change", "same", "number", "ratio", "first"))
SPOKEN_OF: Final = frozenset(("name", "group", "pronoun"))


def with_roles(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with each superlative that refers to somebody as a name."""
    found: list[Token] = []
    start, elliptic = 0, False
    while start < len(tokens):
        end = next((at for at in range(start, len(tokens)) if _parts(tokens[at])), len(tokens))
        listed = start > 0 and tokens[start - 1].kind in ("and", "or")  # 'between the best and the worst'
        segment = _in_segment(list(tokens[start:end]), listed, elliptic)
        elliptic = any(name.startswith(ROLE) for token in segment for name in token.names)
        found += segment
        found += tokens[end : end + 1]
        start = end + 1
    return found


def _parts(token: Token) -> bool:
    return token.kind in ("boundary", "and", "or")


def _in_segment(tokens: list[Token], listed: bool, elliptic: bool) -> list[Token]:
    """The tokens up to a boundary. `elliptic`: a rank was the subject before it: 'the largest took 90 s, the smallest 30'."""
    nobody = not listed and not any(token.kind in SPOKEN_OF for token in tokens)
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        span = _span(tokens, index)
        if span is None:
            found.append(tokens[index])
            index += 1
            continue
        end, superlative, of = span
        before = [token for token in found if token.text.casefold() not in ARTICLES and token.kind != "degree"]
        done_to = [token for token in before if token.text.casefold() not in DONE_TO]
        last = done_to[-1] if done_to and done_to[-1].kind == "than" else before[-1] if before else None
        led = last is not None and (last.kind in COMPARED_WITH or _is_of_a_ratio(before))
        stepped = _is_a_step(tokens, index, end)
        opens = nobody and all(token.kind == "plain" for token in found)
        things = any(token.kind == "thing" for token in tokens[index:end])
        size = 0
        if (
            opens
            and (things or not of or superlative.meaning.quantities)
            and (scope := _of_all(tokens, end)) is not None
        ):
            end, size = scope
            things = True
        subject = (opens and elliptic and tokens[index].kind == "extreme" and end < len(tokens)) or (
            opens
            and things
            and any(token.kind in HEADS for token in tokens[end:])
            and tokens[end].kind not in ("of", "scope", "with")
        )
        if (led or stepped or subject) and end > index:
            told_apart = end < len(tokens) and tokens[end].kind in ("of", "scope", "name")
            role = _role(superlative, of, size)
            text = " ".join(token.text for token in tokens[index:end])
            known = role and (stepped or not told_apart)
            found.append(Token(text, Meaning("name"), (role,)) if known else Token(text, UNKNOWN))
            index = end
        elif end < len(tokens) and tokens[end].kind == "name" and len(tokens[end].names) > 1:
            found.append(Token("", UNKNOWN))  # 'the worst adaptive method'
            index = end + 1
        else:
            found.append(tokens[index])
            index += 1
    return found


def _span(tokens: Sequence[Token], index: int) -> tuple[int, Token, tuple[Quantity, ...]] | None:
    """The end of a phrase like 'largest model' or 'model with the most parameters' that starts here, its superlative, and its
    quantities."""
    if tokens[index].kind == "extreme":
        end, of = index + 1, tokens[index].meaning.quantities
        while end < len(tokens) and tokens[end].kind in ("thing", "quantity"):
            of = of or tokens[end].meaning.quantities
            end += 1
        return end, tokens[index], of
    if tokens[index].kind == "thing" and [token.text.casefold() for token in tokens[index + 1 : index + 3]] == [
        "with",
        "the",
    ]:
        at = index + 3
        if at + 1 < len(tokens) and tokens[at].kind == "extreme" and tokens[at + 1].kind == "quantity":
            return at + 2, tokens[at], tokens[at + 1].meaning.quantities
    return None


def _of_all(tokens: Sequence[Token], start: int) -> tuple[int, int] | None:
    """The end of a phrase like 'of the three networks' that starts here, and how many these are (0: not counted)."""
    if start >= len(tokens) or tokens[start].kind not in ("of", "scope"):
        return None
    end, size, things = start + 1, 0, tokens[start].text.casefold() == "of all"
    while end < len(tokens) and (tokens[end].kind == "thing" or tokens[end].text.casefold() in OF_ALL):
        size = size or SIZES_OF_ALL.get(tokens[end].text.casefold(), 0)
        things = things or tokens[end].kind == "thing"
        end += 1
    return (end, size) if size or things else None


def _is_of_a_ratio(before: Sequence[Token]) -> bool:
    """'twice the time of [the fastest]', 'within a point of [the best]'"""
    ratio = any(token.kind == "ratio" or token.text.casefold() == "within" for token in before)
    return ratio and before[-1].text.casefold() in ("of", "of the", "that of")


def _is_a_step(tokens: Sequence[Token], start: int, end: int) -> bool:
    """'from the smallest to the largest': either of the two."""
    ahead = [token.kind for token in tokens[max(0, start - 2) : start]]
    behind = [token.kind for token in tokens[end : end + 3]]
    return ("from" in ahead and "to" in behind and "extreme" in behind) or (
        "to" in ahead and any(token.kind == "from" for token in tokens[:start])
    )


def _role(superlative: Token, of: Sequence[Quantity], size: int) -> str:
    """The name of a rank among `size` (0: any number), '' if its quantity is unknown: 'rank:parameters:1:1:0' is the one with the
    most parameters."""
    meaning = superlative.meaning
    sizes = superlative.text.casefold() in SIZES
    quantity: Quantity | None = of[0] if of else "parameters" if sizes else "accuracy" if meaning.good else None
    if quantity is None:
        return ""
    sign = meaning.sign * BETTER[quantity] if meaning.good else meaning.sign
    return f"{ROLE}{quantity}:{sign}:{int(meaning.size)}:{size}"
