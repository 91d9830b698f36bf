"""The bug library: patches that fit the reference, or say why they don't."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.diagnosis import BugLibraryError, load_bugs
from autograder.reference import Reference

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = load_bugs(ROOT / "tests" / "bugs", Reference(ROOT / "solutions" / "pytorch"))


@pytest.mark.parametrize("bug", LIBRARY.bugs, ids=lambda bug: bug.bug)
def test_every_bug_fits_the_reference_and_its_patched_text_is_python(bug):
    for name, text in LIBRARY.patched(bug).items():
        compile(text, name, "exec")
        assert text != LIBRARY.reference.source(name)


@pytest.mark.parametrize("bug", LIBRARY.bugs, ids=lambda bug: bug.bug)
def test_every_bug_has_a_cause_and_a_mend_that_are_sentences(bug):
    for sentence in (bug.cause, bug.mend):
        assert sentence[0].isupper() or sentence[0] in '`"'
        assert sentence.endswith(".")


def test_other_right_versions_fit_as_well():
    for version in LIBRARY.right_versions:
        assert LIBRARY.patched(version)


def small(tmp_path: Path, yaml: str) -> Path:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "__init__.py").touch()
    (tmp_path / "solutions" / "a.py").write_text("def f(x):\n    return x + 1\n\n\ndef g(x):\n    return x + 1\n")
    (tmp_path / "bugs").mkdir()
    (tmp_path / "bugs" / "a.yaml").write_text(yaml)
    return tmp_path


ENTRY = "- {{bug: {name}, cause: It is wrong., mend: Mend it., patch: [{{replace: '{old}', by: x}}]}}\n"


def test_a_patch_changes_its_own_function_only(tmp_path):
    root = small(tmp_path, ENTRY.format(name="g.one-less", old="x + 1"))
    library = load_bugs(root / "bugs", Reference(root / "solutions"))
    wrong = library.variant(*library.bugs)
    assert (wrong.f(1), wrong.g(1)) == (2, 1)
    assert library.reference.g(1) == 2


@pytest.mark.parametrize(
    ("name", "old", "told"),
    [("f.gone", "x + 2", "occurs 0 times"), ("f.twice", "x", "occurs 2 times"), ("h.unknown", "x", "defines no `h`")],
)
def test_a_patch_that_does_not_fit_says_why(tmp_path, name, old, told):
    root = small(tmp_path, ENTRY.format(name=name, old=old))
    library = load_bugs(root / "bugs", Reference(root / "solutions"))
    with pytest.raises(BugLibraryError, match=told):
        library.patched(*library.bugs)


def test_a_name_that_is_used_twice_is_refused(tmp_path):
    root = small(tmp_path, ENTRY.format(name="f.a", old="x + 1") * 2)
    with pytest.raises(BugLibraryError, match=r"defined twice: f\.a"):
        load_bugs(root / "bugs", Reference(root / "solutions"))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("- bug: f.b\n  cause: It is wrong.\n  mend: Mend it.\n  patches: []\n", r"a\.yaml:5: \[1\]\.patches: "),
        ("- bug: f.b\n  cause: ''\n", r"a\.yaml:3: \[1\]\.cause: "),
        ("- bug: F b\n", r"a\.yaml:2: \[1\]\.bug: "),
        ("- a text\n", r"a\.yaml:2: \[1\]: "),
    ],
)
def test_a_slip_is_told_with_its_file_and_line(tmp_path, entry, told):
    root = small(tmp_path, ENTRY.format(name="f.a", old="x + 1") + entry)
    with pytest.raises(BugLibraryError) as error:
        load_bugs(root / "bugs", Reference(root / "solutions"))
    assert re.search(told, str(error.value)), error.value
