"""The second word of a pair, whose meaning the first one gives: 'as fast as', 'than without', 'not only'."""

from __future__ import annotations

from dataclasses import replace

from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.meanings import Meaning


def paired(tokens: list[Token]) -> list[Token]:
    """'as fast ... as': the second 'as' leads to what is compared with. 'not only' negates nothing."""
    found: list[Token] = []
    open_as = False
    for token in tokens:
        if token.kind == "same" and (token.meaning.note == "as" or token.text.endswith(("same", "identical", "equal"))):
            open_as = True
        elif token.text.casefold() == "as" and open_as:
            token, open_as = replace(token, meaning=Meaning("than")), False
        elif token.kind == "boundary" and [each.text for each in found[-2:]] == ["than", "without"]:
            del found[-2:]  # 'longer than without': than the one that has it not
        elif token.text.casefold() == "it" and [each.text for each in found[-2:]] == ["than", "without"]:
            del found[-2:]
            continue
        elif token.text.casefold() == "it" and [each.kind for each in found[-2:]] == ["than", "with"]:
            without = next((at for at, each in enumerate(found) if each.text.casefold() == "without"), len(found))
            token = next(
                (each for each in found[without:] if each.kind == "name"), token
            )  # 'worse without X than with it'
        elif token.text.casefold() == "only" and found and found[-1].kind == "negation":
            found[-1] = replace(found[-1], meaning=Meaning("plain"))
        found.append(token)
    return found
