"""Configuration objects."""
from dataclasses import dataclass, field
from typing import List


@dataclass
class TrainConfig:
    epochs: int = 10
    lr: float = 1e-3
    optimizer: str = "adam"
    momentum: float = 0.0
    weight_decay: float = 0.0
    early_stopping: bool = False
    patience: int = 5
    restore_best: bool = False
    record_gradients: bool = False
    eval_train_set: bool = False


@dataclass
class HomeworkConfig:
    seed: int = 0
    data_dir: str = "./data"
    results_dir: str = "results"
    batch_size: int = 128
    hidden: List[int] = field(default_factory=lambda: [128, 64])
    mlp_epochs: int = 10
    optimizer_epochs: int = 20
    gradient_epochs: int = 5
    regularization_epochs: int = 20
    cnn_epochs: int = 20
    architecture_epochs: int = 15
