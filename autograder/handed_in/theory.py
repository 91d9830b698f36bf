"""What is known before any run: definitions and derivations, in words of some languages and in letters."""

from __future__ import annotations

import re
from typing import Final

from autograder.handed_in.patterns import one_of
from autograder.handed_in.sentences import sentences

# How derivations continue
DERIVED: Final = one_of(
    r"""
    let us (?:denote|define|consider) | let \w{1,3} (?:be|denote) | denote[sd]? (?:the|by)
    (?:by|applying|using) the chain rule | we obtain
    is given by | can be written as | (?:is|are) defined as | update rule | it follows that | substituting
    consider a
    derivative (?:of \w+ )?with respect to | theorem | lemma | q\.e\.d | sei \w{1,3} | nach der kettenregel
    ergibt sich die formel
    """,
    before=r"\b",
    after=r"\b",
)
# How something is defined: what a short subject at the start is, means, or is called
DEFINED: Final = one_of(
    r"""
    means | refers? to | denotes? | (?:occurs?|happens?|arises?) when
    (?:is|are) (?:called|known as|defined (?:as|by))
    (?:is|are) an? (?:(?:\w+ing|common|popular|simple|well-known|regulari[sz]ation|optimi[sz]ation) )?(?:technique|method)s?\b
    (?:is|are)(?:,[^,]*,)? the (?:art|process|task|science|practice|idea|collective name) of
    (?:is|are) an? (?:(?:\w+ing|common|popular|simple|well-known|non-?linear) )?(?:function|algorithm|phenomenon)s?\b
    (?:ist|sind) (?:definiert|eine? (?:verfahren|methode|funktion|technik)) | bezeichnet (?:man|das|den|die)
    se (?:define|llama|conoce) | consiste en | es una? (?:técnica|método|función|algoritmo)
    désigne | se définit | est une? (?:technique|méthode|fonction|algorithme)
    называ[её]тся | [—–-] это (?:метод|функция|техника|способ|алгоритм)
    """,
    before=r"^\W*(?!(?:this|that|it|which|das|dies|esto|cela|это)\b)(?:[^\s.,;:]+ ){1,5}?",
)
KNOWN: Final = one_of(
    r"""
    ^\W*unter (?:\w+ ){1,5}versteht man | ^\W*on appelle\b
    \b(?:see|siehe|cf\.?) (?:the )?(?:lectures?|slides?|textbook|vorlesung|skript)\b
    \bdiffer (?:from each other )?in (?:how|what|the way)\b
    是指 | 定义为 | 是一种 | 指的是
    """
)
# 'n+2p', 'f(x)', 'x^2', 'h_0', 'kernel k, padding p'
SYMBOLS: Final = re.compile(
    r"\b[a-z]\b\s*[-+=≤≥/]\s*\w|\b[a-z]\([a-z]\b|\b[a-z]\^\w|\b[a-z]_\w\b|\b\w+ [b-z]\b, \w+ [b-z]\b"
)


def derives_something(text: str) -> bool:
    """Whether a text has words of a derivation."""
    return bool(DERIVED.search(text))


def is_theory(text: str) -> bool:
    """Whether half of a text's sentences or more define or derive something. The student's own runs are looked for elsewhere."""
    said = sentences(text)
    return 2 * sum(map(_is_theory, said)) >= max(len(said), 1)


def _is_theory(sentence: str) -> bool:
    return any(each.search(sentence) for each in (DERIVED, DEFINED, KNOWN, SYMBOLS))
