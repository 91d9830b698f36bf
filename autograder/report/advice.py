"""What to do about lost points: the message of a judge or check if it says so itself, else the item's general hint.

A message about a particular fault knows better how to fix it than a hint for anything that may be wrong with an item. Shown
together, they repeat or contradict each other.
"""

from __future__ import annotations

import re
from typing import Final

VERBS: Final = (
    "add apply ask average build call choose clear clip close collect compare compute copy count cut declare divide do draw end "
    "evaluate exclude feed fix flatten give go hand import initialise install join keep label leave let log look make measure "
    "move multiply name normalise open pass pick plot print put raise read record remove replace reset restart return run save "
    "scale seed shift show shuffle start step stop store subtract sum swap switch take tell train transpose try turn use wrap "
    "write zero"
).split()
# A clause that starts with a verb tells somebody to do something: "…: read them before that". As "train accuracy" may start one
# as well, some verbs must be followed by a word that starts an object.
OBJECT: Final = (
    r"(?: (?:a|all|an|as|at|both|by|each|every|for|from|in|it|its|no|of|on|one|the|their|them|this|to|two|with)\b| `)"
)
NOUNS: Final = frozenset(
    "average copy count cut end label log plot print record run scale seed step sum test train".split()
)
BEGINNING: Final = r"(?:^|[.:;!] (?:or |and |so |then )?|, (?:and|or|so) |[.:;] [^.:;,]{1,40}, )"
INSTRUCTION: Final = re.compile(
    rf"{BEGINNING}(?:(?:{'|'.join(word for word in VERBS if word not in NOUNS)})\b"
    rf"|(?:{'|'.join(word for word in VERBS if word in NOUNS)})\b{OBJECT})",
    re.IGNORECASE,
)


def says_what_to_do(message: str) -> bool:
    """Whether a message tells its reader to do something, in a clause that starts with the verb."""
    return INSTRUCTION.search(message) is not None


def advice(message: str, hint: str) -> str:
    """The hint if it adds something to the message; '' if the message says what to do, or there is no hint."""
    return "" if says_what_to_do(message) else hint
