"""Pieces of documents as students write them."""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib.pyplot as plt
import nbformat.v4 as v4


def a_plot(title: str = "Training loss", size: float = 4.0) -> bytes:
    """A PNG file with a line in it."""
    figure, axes = plt.subplots(figsize=(size, size))
    axes.plot([3, 2, 1])
    axes.set_title(title)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()


def markdown(text: str) -> Any:
    return v4.new_markdown_cell(text)


def code(source: str, *outputs: Any) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs))


def printed(text: str, name: str = "stdout") -> Any:
    return v4.new_output("stream", name=name, text=text)


def shown(**data: Any) -> Any:
    """A displayed output; `image_png` and the like name its kinds."""
    return v4.new_output("display_data", data={kind.replace("_", "/", 1): value for kind, value in data.items()})


def plotted(picture: bytes | None = None) -> Any:
    return shown(image_png=base64.b64encode(picture or a_plot()).decode(), text_plain="<Figure size 640x480>")


def failed(name: str = "NameError", value: str = "name 'x' is not defined") -> Any:
    return v4.new_output("error", ename=name, evalue=value, traceback=["\x1b[0;31mNameError\x1b[0m"])
