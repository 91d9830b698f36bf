from __future__ import annotations

import pytest

from autograder.report.text import legible, one_line, prose


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x07", "link"),
        ("a\x00b", "a⟨U+0000⟩b"),
        ("\x1b alone", "⟨U+001B⟩ alone"),
        ("user\u202eresu", "user⟨U+202E⟩resu"),
        ("\u2067isolated\u2069", "⟨U+2067⟩isolated⟨U+2069⟩"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("line\r\nline", "line\nline"),
        ("tab\tstays\n", "tab\tstays\n"),
        ("naïve 中文 👩‍🔬", "naïve 中文 👩‍🔬"),
    ],
)
def test_what_a_terminal_would_hide_is_removed_or_shown(raw: str, shown: str) -> None:
    assert legible(raw) == shown


def test_a_progress_bar_keeps_its_last_state() -> None:
    assert legible("epoch 1\n 0%\r 50%\r100%\r\ndone") == "epoch 1\n100%\ndone"


def test_one_line_joins_lines_and_marks_what_it_cuts_off() -> None:
    assert one_line("first\n  second") == "first second"
    assert one_line("x" * 300, longest=10) == "xxxxxxxxx…"


def test_prose_escapes_and_sets_code() -> None:
    assert prose("call `a < b` & <b>") == "call <code>a &lt; b</code> &amp; &lt;b&gt;"


def test_a_single_backtick_is_left_as_it_is() -> None:
    assert prose("it`s") == "it`s"
