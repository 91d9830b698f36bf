from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import torch


@dataclass(frozen=True)
class TrainConfig:
    epochs: int
    lr: float = 1e-3
    optimizer: str = "adam"
    momentum: float = 0.0
    weight_decay: float = 0.0


@dataclass
class Settings:
    data_dir: Path = Path("./data")
    fig_dir: Path = Path("figures")
    results_file: Path = Path("RESULTS.md")
    batch_size: int = 128
    seed: int = 1234
    device: torch.device = field(
        default_factory=lambda: torch.device("cuda" if torch.cuda.is_available() else "cpu")
    )

    def __post_init__(self) -> None:
        self.fig_dir.mkdir(parents=True, exist_ok=True)


SETTINGS = Settings()
