"""Times in texts: '12.3 s', '350 ms', '0m 12s', '0:00:12.3', and the words that call a number a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

TIME: Final = re.compile(
    r"time|sec|zeit|dauer|temps|durée|durata|duraci|durat|tiempo|tempo|elapsed|\btook\b|trained in|runtime|clock|czas|süre|"
    r"врем|длит|уақыт|时间|時間|时长|시간|\bidő|\btijd|\btid\b|thời gian|segundo|seconde|sekund|сек|"
    r"[(\[](?:s|ms|h)[)\]]|_s\b|_ms\b|\bminut|[(\[]min[)\]]|\bмин",
    re.IGNORECASE,
)
OF_EPOCHS: Final = re.compile(r"epoch|époque|epoca|época|эпох|epoka", re.IGNORECASE)
SECOND: Final = r"s|secs?|seconds?|sek\w*|segundos?|secondes?|sn|сек\w*|с|秒|초"
UNITS: Final = {
    0.001: r"ms|msecs?|millisec\w*|milisec\w*",
    1.0: SECOND,
    60.0: r"mins?|minut\w*|мин\w*|分钟?|분",
    3600.0: r"h|hrs?|hours?|std\w*|heures?|horas?",
}
_SAID: Final = {
    0.001: re.compile(r"(?<![^\W_])(?:ms|msecs?)(?![^\W_])|mill?isec", re.IGNORECASE),
    1.0: re.compile(r"(?<![^\W_])s(?![^\W_])|sec|sek|seg|сек|秒|초", re.IGNORECASE),
    60.0: re.compile(r"(?<![^\W_])mins?(?![^\W_])|minut|мин|分|분", re.IGNORECASE),
    3600.0: re.compile(r"(?<![^\W_])(?:h|hrs?|hours?)(?![^\W_])", re.IGNORECASE),
}
_NUMBER: Final = r"(?<![\w.])(\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)"
_END: Final = r"(?![^\W_])(?!\s*/\s*(?!epoch|ep\b))"  # no '30ms/step'
_WITH_UNIT: Final = tuple(
    (unit, re.compile(rf"{_NUMBER}\s*(?:{words}){_END}(\s*/)?", re.IGNORECASE)) for unit, words in UNITS.items()
)
_OF_TWO: Final = re.compile(
    rf"(?<![\w.])(\d+)\s*(?:m|{UNITS[60.0]})\W{{0,3}}(\d+(?:\.\d+)?)\s*(?:{SECOND}){_END}", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(?<![\d:.,-])(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)(?![\d:])")


@dataclass(frozen=True)
class Duration:
    """A time in seconds, and how many seconds its last digit stands for; `of_epoch` if it may be that of an epoch."""

    seconds: float
    digit: float
    of_epoch: bool = False


def durations_in(text: str) -> list[Duration]:
    """The times in a text that are written as such."""
    found = []
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = match.groups()
        value = 3600 * int(hours or 0) + 60 * int(minutes) + float(seconds)
        found.append(Duration(value, _digit(seconds)))
    for match in _OF_TWO.finditer(text):
        found.append(Duration(60 * int(match[1]) + float(match[2]), _digit(match[2])))
    rest = _OF_TWO.sub(" ", text)
    of_epoch = bool(OF_EPOCHS.search(text))
    for unit, pattern in _WITH_UNIT:
        for match in pattern.finditer(rest):
            number = match[1].replace(",", ".")
            found.append(Duration(unit * float(number), unit * _digit(number), of_epoch))
    return found


def units_said(text: str) -> tuple[float, ...]:
    """The units that a text, such as the head of a column, names; the usual ones if it names none."""
    return tuple(unit for unit, words in _SAID.items() if words.search(text)) or (1.0, 60.0, 0.001)


def _digit(number: str) -> float:
    """0.01 for '1.25', 0.0001 for '1.2e-3'."""
    bare, _, power = number.lower().partition("e")
    return float(10.0 ** (int(power or 0) - len(bare.partition(".")[2])))
