from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from .config import SETTINGS


def save(fig, name: str) -> None:
    fig.tight_layout()
    fig.savefig(SETTINGS.fig_dir / f"{name}.png", dpi=130)
    plt.close(fig)


def curves(series: Mapping[str, Sequence[float]], name: str, ylabel: str, title: str) -> None:
    fig, ax = plt.subplots()
    for label, ys in series.items():
        ax.plot(range(1, len(ys) + 1), ys, marker=".", label=label)
    ax.set(xlabel="epoch", ylabel=ylabel, title=title)
    ax.legend()
    save(fig, name)


def md_table(title: str, header: Sequence[str], rows: Iterable[Sequence]) -> str:
    """Print a Markdown table and append it to RESULTS.md."""
    lines = [f"### {title}", "", "| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    print(text)
    with SETTINGS.results_file.open("a", encoding="utf-8") as fh:
        fh.write(text + "\n")
    return text
