"""The code of a submission, compiled with or without changes."""

from __future__ import annotations

import pytest

from autograder.worker.tracing.code import compiled, imported_by, sources_of


def test_a_script_that_was_copied_out_of_a_notebook_is_compiled_without_its_commands(tmp_path, capsys):
    script = tmp_path / "hw1.py"
    script.write_text("!pip install torch \\\n    torchvision\n%matplotlib inline\nif True:\n    !ls\nprint(2)\n")
    exec(compiled(script, ()), {})
    assert capsys.readouterr().out == "2\n"


def test_a_script_with_a_mistake_is_no_python_with_or_without_its_commands(tmp_path):
    script = tmp_path / "hw1.py"
    script.write_text("!pip install torch\nwhile True print(1)\n")
    with pytest.raises(SyntaxError) as raised:
        compiled(script, ())
    assert (raised.value.filename, raised.value.lineno) == (str(script), 2)


def test_modules_that_are_imported_by_a_name_in_a_string_belong_to_the_code(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.py").write_text("import parts")
    (tmp_path / "parts" / "p1.py").write_text("import torchvision")
    for text, found in [("import p2", False), ("from importlib import import_module\nimport_module('parts.p1')", True)]:
        (tmp_path / "parts" / "__init__.py").write_text(text)
        (tmp_path / "parts.py").write_text(text)
        assert ("torchvision" in imported_by(sources_of(tmp_path, "main.py"))) == found
