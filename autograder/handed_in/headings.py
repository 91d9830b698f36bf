"""Headings that name no part of an assignment: those of any part's sections, and those of what belongs to none."""

from __future__ import annotations

import re
from typing import Final

from autograder.handed_in.patterns import one_of

# Sections in which nobody answers a question: instructions, sources, what was known before, listings.
FOR_NO_PART: Final = one_of(
    r"""
    install | set-?\s?up\b | getting started | usage | how to (?:run|use|install|reproduce) | running\b
    run(?:ning)? the | quick ?start
    options\b | command[- ]line | arguments\b | requirements?\b(?! for) | dependencies | environment\b
    repository | project structure
    (?:file|folder|directory|code) (?:structure|layout|overview) | files\b | structure\b | licen[sc]e | author
    contact | acknowledg
    references | bibliography | literatur | related work | previous work | prior work | background
    theor(?:y|etical) | preliminar | (?:materials and )?method(?:s|ology)\s*$
    derivation | proof | notation | introduction | abstract | preface | overview | motivation | data(?:sets?)?\s*$
    appendi | source code | code listing | listings?\b | training logs? | logs?\s*$ | (?:full |raw )?output
    layout\b | project (?:layout|tree|files) | (?:example|sample) output | timings?\s*$ | time\s*$ | versions?\s*$
    contents | table of contents | known (?:issues|problems|bugs) | to-?\s?do | next steps | future work | limitations\s*$
    troubleshooting | change ?log | notes? (?:for|to) the (?:grader|instructor|reader)
    about (?:me|this) | credits | tests?ing\s*$
    hardware | time spent | collaborat | download
    anhang | inhalt | einleitung | herleitung | quellen | введение | установка | литература | приложение
    installazione | utilisation | uso\s*$ | requisitos | voraussetzungen | ausführ | benutzung | запуск | требования
    introducción | instalación | referencias | bibliografía | introduzione | 引言 | 参考文献 | 附录 | 安装
    """,
    before=r"\W*(?:(?:\d+|[A-Z])(?:\.\d+)*\.?\s+)?(?:(?:the|some|a|an|short|brief|bit of|little|general)\s+)*",
)
CONCLUDES: Final = one_of(
    "conclusions? | summary | (?:concluding|final) remarks | fazit | zusammenfassung | conclusi(?:ón|ones) | выводы? | 总结",
    before=r"\W*(?:\d+(?:\.\d+)*\.?\s+)?(?:final |overall |general )?",
    after=r"\W*$",
)
SAYS_RESULTS: Final = one_of("analys | discussion | finding | observ | result | conclusion | interpret")
# Sections that any part may have: they stay in the part that they follow.
OF_ANY_PART: Final = one_of(
    r"""
    analys | discussion | observation | conclusion | interpret | comment | finding | summary | answer
    explanation | why
    result | plot | figure | graph | curve | table | output | loss | accuracy | train | test | evaluat | experiment
    code | implement | setup | set-up | setting | hyperparam | model\b
    auswertung | diskussion | beobachtung | erklärung | fazit | antwort | ergebnis | explication | résultat
    observaci | análisis
    conclusi | discusi | resultad | analisi | osservazion | анализ | вывод | результат | обсужд | ответ | график
    таблиц
    分析 | 讨论 | 结果 | 结论
    """
)


# Words that give a heading no subject of its own.
JOINING: Final = frozenset(
    "the and for with our my of in on from are each all und der die das des für mit les des pour los las para con"
    " del der experiment experiments test train training testing versus final".split()
)


def has_a_subject(heading: str) -> bool:
    """Whether a heading says more than that results, a discussion or similar follow: 'Experiment: transfer', 'Results for
    XOR'."""
    rest = " ".join(word for word in re.findall(r"[^\W\d_]{3,}", heading) if not OF_ANY_PART.match(word))
    return any(word.casefold() not in JOINING for word in rest.split())


def is_for_no_part(heading: str) -> bool:
    """Whether nothing under this heading answers a question."""
    return bool(FOR_NO_PART.match(heading)) and not SAYS_RESULTS.search(heading)
