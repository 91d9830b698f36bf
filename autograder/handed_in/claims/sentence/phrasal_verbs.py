"""Verbs whose meaning depends on other words of the clause: 'leaves X behind', 'slowed it down', 'did not help'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.sentence.reaching import REACHES
from autograder.handed_in.claims.sentence.tokens import NEAR, Token
from autograder.handed_in.claims.words.background import HELPS
from autograder.handed_in.claims.words.lexicon import MEANINGS
from autograder.handed_in.claims.words.meanings import Meaning

LEAVES: Final = frozenset("leave leaves left leaving".split())
MATCHES: Final = frozenset(
    "match|matched|matches|reach|reached|close to|keep up with|compete with|rival|touch|equal".split("|")
)
HELPING: Final = frozenset(("help", "helps", "helped", *HELPS.split("|")))
BESIDE_HELP: Final = frozenset("plain degree name group pronoun thing quantity than with of split to".split())
MOVES: Final = frozenset(
    "bring brings brought push pushes pushed drive drives drove pull pulls pulled get gets got".split()
)
PUTTING: Final = frozenset("putting stacking placing".split())
EQUIPPING: Final = frozenset("equipping extending combining augmenting supplementing complementing providing".split())
ONCE: Final = frozenset(("once", "when", "after", "as soon as"))
ADDED: Final = frozenset("added introduced included enabled adding introducing".split())
BEATS: Final = Meaning("beat", +1, True)


def with_particles(tokens: Sequence[Token]) -> list[Token]:
    """'slowed the training down', 'brought the accuracy up': the verb and its particle as one."""
    found: list[Token] = []
    for token in tokens:
        text = token.text.casefold()
        if text in ("up", "down"):
            verb = next((at for at in range(len(found) - 1, -1, -1) if found[at].kind not in (*NEAR, "quantity")), -1)
            back = [at for at in range(max(0, len(found) - 5), len(found)) if found[at].text.casefold() in MOVES]
            if back:
                verb = back[-1]
                sign = 1 if text == "up" else -1
                found[verb] = replace(found[verb], meaning=Meaning("change", sign))
            meaning = found[verb].meaning if verb >= 0 else token.meaning
            if back or (meaning.kind == "change" and meaning.quantities):
                continue
        if text in ("speed", "sped", "speeds") and token.kind in ("unknown", "quantity"):
            particle = [each.text.casefold() for each in tokens[len(found) : len(found) + 5]]
            if "up" in particle:
                token = replace(token, meaning=MEANINGS["sped up"])
        found.append(token)
    return found


def with_added(tokens: Sequence[Token]) -> list[Token]:
    """'putting X on (top of) Y' is 'adding X to Y', and so is 'equipping Y with X'."""
    found: list[Token] = []
    end = 0
    for index, token in enumerate(tokens):
        if index < end:
            continue
        ahead = list(tokens[index + 1 : index + 9])
        names = [at for at, each in enumerate(ahead) if each.kind == "name"][:2]
        if len(names) == 2 and (token.text.casefold() in PUTTING or token.text.casefold() in EQUIPPING):
            one, two = names
            between = [each.text.casefold() for each in ahead[one + 1 : two] if each.kind not in NEAR]
            turned = token.text.casefold() in EQUIPPING
            if " ".join(between) in (("with", "by") if turned else ("on", "onto", "on top", "on top of")):
                first, second = (two, one) if turned else (one, two)
                found += [Token("adding", MEANINGS["adding"]), ahead[first], Token("to", MEANINGS["to"]), ahead[second]]
                end = index + two + 2
                continue
        found.append(token)
    return found


def with_additions(tokens: Sequence[Token]) -> list[Token]:
    """'once X is added, Y ...' is 'X ...': Y with X."""
    opening = next((at for at, token in enumerate(tokens) if token.text.casefold() in ONCE), len(tokens))
    comma = next((at for at in range(opening, len(tokens)) if tokens[at].text == ","), len(tokens))
    names = [at for at in range(opening, min(comma + 4, len(tokens))) if tokens[at].kind == "name"]
    added = any(token.text.casefold() in ADDED for token in tokens[opening:comma])
    if added and len(names) == 2 and names[0] < comma < names[1]:
        return [*tokens[:opening], tokens[names[0]], *tokens[names[1] + 1 :]]
    return list(tokens)


def with_help(tokens: Sequence[Token]) -> list[Token]:
    """'X did not help', 'it paid off': it improved what the text is about. But not 'helped to escape', which says what it
    helped to do."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text.casefold() in HELPING:
            end = next((at for at in range(index + 1, len(tokens)) if tokens[at].kind == "boundary"), len(tokens))
            rest = tokens[index + 1 : end]
            if all(each.kind in BESIDE_HELP and each.text.casefold() not in REACHES for each in rest):
                token = replace(token, meaning=Meaning("change", +1, True, note="help"))
        found.append(token)
    return found


def with_left_behind(tokens: Sequence[Token]) -> list[Token]:
    """'leaves X (far) behind'"""
    found: list[Token] = []
    dropped = -1
    for index, token in enumerate(tokens):
        if index == dropped:
            continue
        ahead = tokens[index + 1 : index + 7]
        at = next((place for place, each in enumerate(ahead) if each.text.casefold() == "behind"), None)
        if token.text.casefold() in LEAVES and at:
            between = ahead[:at]
            named = any(each.kind in ("name", "group", "pronoun") for each in between)
            if named and all(each.kind in ("name", "group", "pronoun", "and", "with", *NEAR) for each in between):
                token, dropped = replace(token, meaning=BEATS), index + 1 + at
        found.append(token)
    return found


def with_unmatched(tokens: Sequence[Token]) -> list[Token]:
    """'none of the others could match X', 'nothing comes close to X': none beats X."""
    found: list[Token] = []
    none = False
    for token in tokens:
        text = token.text.casefold()
        none = (none and token.kind != "boundary") or (token.kind == "group" and token.meaning.note == "none")
        if none and text in ("could", "can"):
            token = replace(token, meaning=Meaning("plain"))
        elif none and text in MATCHES:
            token = replace(token, meaning=BEATS)
        found.append(token)
    return found
