from __future__ import annotations

import codecs
import encodings.aliases
import json

import nbformat
import pytest

from autograder.submission.repair import UnreadableNotebook, repair_notebook, repair_script

RUSSIAN = "# Функция обучения модели на выборке\n"
CHINESE = "# 训练一个周期并返回平均损失\n"


def old_notebook(version: int) -> bytes:
    cell = {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": [], "metadata": {}}
    worksheets = [{"cells": [cell], "metadata": {}}]
    return json.dumps({"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": worksheets}).encode()


@pytest.mark.parametrize("text", ["", "x = 1\n", "# Größe 训练\r\nx = 1\r\n", "# coding: utf-8\nx = 'é'\n"])
def test_a_script_in_utf8_stays_as_it_is_to_the_byte(text):
    assert repair_script(text.encode()).data == text.encode()
    assert repair_script(text.encode()).remarks == ()


def test_a_byte_order_mark_is_taken_away():
    repaired = repair_script(codecs.BOM_UTF8 + b"x = 1\n")
    assert (repaired.data, repaired.remarks) == (b"x = 1\n", ("had a byte order mark, which was taken away",))


def test_utf16_from_a_windows_console_is_converted():
    repaired = repair_script("x = 'ä'\r\n".encode("utf-16"))
    assert repaired.data == "x = 'ä'\r\n".encode()
    assert repaired.remarks == ("was converted from utf-16 to UTF-8",)


def test_a_declared_encoding_is_followed_and_the_declaration_corrected():
    repaired = repair_script("#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    assert repaired.data == "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nx = 'é'\n".encode()
    assert repaired.remarks == ("was converted from iso8859-1 to UTF-8",)
    compile(repaired.data, "a.py", "exec")


@pytest.mark.parametrize(
    "text", ["# über\n", "x = 'café'  # 5 µs\n", "# don\u2019t\n", "# España\n", "# où est l\u2019été\n"]
)
def test_an_undeclared_western_encoding_is_read_as_cp1252(text):
    assert repair_script(text.encode("cp1252")).data == text.encode()


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (CHINESE, "gb18030")])
def test_other_encodings_are_recognised(text, encoding):
    repaired = repair_script(f"x = 1\n{text}".encode(encoding))
    assert repaired.data == f"x = 1\n{text}".encode()
    assert repaired.remarks == (f"was converted from {encoding} to UTF-8",)


@pytest.mark.parametrize("encoding", sorted({*encodings.aliases.aliases.values(), "undefined", "nonsense"}))
def test_no_declared_encoding_makes_the_collector_fail(encoding):
    repaired = repair_script(f"# coding: {encoding}\n".encode() + bytes(range(256)))
    assert isinstance(repaired.data.decode("utf-8"), str)


def test_a_notebook_in_format_4_stays_as_it_is_to_the_byte(notebook):
    data = notebook("x = 1").encode()
    assert repair_notebook(data).data == data
    assert repair_notebook(data).remarks == ()


@pytest.mark.parametrize("version", [2, 3])
def test_an_older_notebook_is_upgraded(version):
    repaired = repair_notebook(old_notebook(version))
    upgraded = nbformat.reads(repaired.data.decode(), as_version=nbformat.NO_CONVERT)
    assert (upgraded.nbformat, upgraded.cells[0].source) == (4, "x = 1")
    assert repaired.remarks == (f"was upgraded from notebook format {version} to 4",)


def test_what_a_handmade_notebook_lacks_is_filled_in():
    repaired = repair_notebook(b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}')
    nbformat.validate(nbformat.reads(repaired.data.decode(), as_version=4))
    gaps = "execution_count of cells, metadata, metadata of cells, nbformat, nbformat_minor, outputs of cells"
    assert repaired.remarks == (f"lacked {gaps}, which was filled in",)


def test_a_notebook_against_the_schema_is_read_all_the_same(notebook):
    content = json.loads(notebook("x = 1"))
    content["cells"][0]["execution_count"] = "often"
    repaired = repair_notebook(json.dumps(content).encode())
    assert repaired.data == json.dumps(content).encode()
    assert repaired.remarks[0].startswith("does not keep to the notebook format ('often' is not")


def test_a_notebook_in_another_encoding_is_converted(notebook):
    data = notebook("x = 'ä'").encode().decode("unicode_escape").encode("cp1252")
    repaired = repair_notebook(codecs.BOM_UTF8 + notebook("x").encode())
    assert repaired.data == notebook("x").encode()
    assert json.loads(repair_notebook(data).data)["cells"][0]["source"] == "x = 'ä'"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("\n<<<<<<< HEAD\n{}", "line 2 is not valid JSON"),
        ("[1]", "it has no cells"),
        ('{"a": 1}', "it has no cells"),
        ('{"cells": 3}', "it has no cells"),
        ("[" * 100_000, "nested too deeply"),
        ('{"cells": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ("9" * 5_000, "number without end"),
        ('{"nbformat": 9, "cells": []}', "Unsupported nbformat version 9"),
        ('{"nbformat": "4", "cells": []}', "Unsupported nbformat version 4"),
        ('{"cells": [7]}', "int"),
        ('{"cells": [{"cell_type": "code", "source": 5}]}', "a cell holds no text"),
        ('{"nbformat": 3, "worksheets": [5]}', "int"),
        ('{"nbformat": [], "cells": [{}]}', "list"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(text, reason):
    with pytest.raises(UnreadableNotebook, match=reason):
        repair_notebook(text.encode())
