"""Things that all problems share: configuration, data, models, training loop, result files."""
from __future__ import annotations

import csv
import json
import logging
import random
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Callable, Generic, Iterable, Iterator, Protocol, Sequence, TypeVar

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision import datasets, transforms

ROOT = Path(__file__).resolve().parent
DATA_DIR = ROOT / "data"
RESULTS_DIR = ROOT / "results"
FIGURES_DIR = ROOT / "figures"
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
log = logging.getLogger("hw1")


# --------------------------------------------------------------------------- configuration
class Activation(str, Enum):
    RELU = "relu"
    SIGMOID = "sigmoid"
    TANH = "tanh"

    def build(self) -> nn.Module:
        return {
            Activation.RELU: nn.ReLU,
            Activation.SIGMOID: nn.Sigmoid,
            Activation.TANH: nn.Tanh,
        }[self]()


@dataclass(frozen=True)
class OptimConfig:
    kind: str
    lr: float
    momentum: float = 0.0
    weight_decay: float = 0.0


@dataclass(frozen=True)
class TrainConfig:
    name: str
    optim: OptimConfig
    epochs: int = 10
    batch_size: int = 64
    seed: int = 1234


@dataclass
class EpochRecord:
    epoch: int
    train_loss: float
    train_acc: float
    eval_loss: float
    eval_acc: float


@dataclass
class RunResult:
    config: TrainConfig
    seconds: float = 0.0
    history: list[EpochRecord] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def last(self) -> EpochRecord:
        return self.history[-1]


# --------------------------------------------------------------------------- registry
T = TypeVar("T")


class Registry(Generic[T]):
    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        def decorator(item: T) -> T:
            if name in self._items:
                raise KeyError(f"{self.what} {name!r} is registered already")
            self._items[name] = item
            return item

        return decorator

    def __getitem__(self, name: str) -> T:
        try:
            return self._items[name]
        except KeyError:
            raise KeyError(f"unknown {self.what} {name!r}, choose from {sorted(self._items)}") from None


Params = Iterable[nn.Parameter]
OPTIMIZERS: Registry[Callable[[Params, OptimConfig], torch.optim.Optimizer]] = Registry("optimizer")
MODELS: Registry[Callable[..., nn.Module]] = Registry("model")


@OPTIMIZERS.register("sgd")
def _sgd(params: Params, cfg: OptimConfig) -> torch.optim.Optimizer:
    return torch.optim.SGD(params, lr=cfg.lr, momentum=cfg.momentum, weight_decay=cfg.weight_decay)


@OPTIMIZERS.register("rmsprop")
def _rmsprop(params: Params, cfg: OptimConfig) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(params, lr=cfg.lr, momentum=cfg.momentum, weight_decay=cfg.weight_decay)


@OPTIMIZERS.register("adam")
def _adam(params: Params, cfg: OptimConfig) -> torch.optim.Optimizer:
    return torch.optim.Adam(params, lr=cfg.lr, weight_decay=cfg.weight_decay)


def build_optimizer(model: nn.Module, cfg: OptimConfig) -> torch.optim.Optimizer:
    return OPTIMIZERS[cfg.kind](model.parameters(), cfg)


# --------------------------------------------------------------------------- models
@MODELS.register("mlp")
class MLP(nn.Module):
    """Fully connected network with any number of hidden layers.

    The output layer returns logits; `nn.CrossEntropyLoss` applies the (log-)softmax in training
    and `predict_proba` applies it when probabilities are wanted.
    """

    def __init__(self, sizes: Sequence[int], activation: Activation = Activation.RELU, dropout: float = 0.0) -> None:
        super().__init__()
        if len(sizes) < 2:
            raise ValueError("sizes needs at least the input and the output")
        layers: list[nn.Module] = []
        for n_in, n_out in zip(sizes[:-2], sizes[1:-1]):
            layers += [nn.Linear(n_in, n_out), activation.build()]
            if dropout > 0:
                layers.append(nn.Dropout(dropout))
        layers.append(nn.Linear(sizes[-2], sizes[-1]))
        self.net = nn.Sequential(*layers)

    @property
    def linears(self) -> list[nn.Linear]:
        return [m for m in self.net if isinstance(m, nn.Linear)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x.flatten(1))

    @torch.no_grad()
    def predict_proba(self, x: torch.Tensor) -> torch.Tensor:
        return self(x).softmax(dim=1)


class Pooling(str, Enum):
    MAX = "max"
    AVG = "avg"

    def build(self) -> nn.Module:
        return nn.MaxPool2d(2) if self is Pooling.MAX else nn.AvgPool2d(2)


@dataclass(frozen=True)
class ConvSpec:
    """One block = `n_conv` convolutions with ReLU, then one 2x2 pooling."""

    filters: int
    kernel: int = 3
    n_conv: int = 1
    pooling: Pooling = Pooling.MAX


@MODELS.register("cnn")
class CNN(nn.Module):
    def __init__(self, blocks: Sequence[ConvSpec], hidden: int = 128, n_classes: int = 10,
                 in_channels: int = 3, image_size: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels, size = in_channels, image_size
        for block in blocks:
            for _ in range(block.n_conv):
                layers += [nn.Conv2d(channels, block.filters, block.kernel, padding="same"), nn.ReLU()]
                channels = block.filters
            layers.append(block.pooling.build())
            size //= 2
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * size * size, hidden),
            nn.ReLU(),
            nn.Linear(hidden, n_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x))


def count_parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


# --------------------------------------------------------------------------- data
@dataclass
class Loaders:
    train: DataLoader
    test: DataLoader
    val: DataLoader | None = None

    @property
    def evaluation(self) -> DataLoader:
        """What is looked at after every epoch: validation where there is one, else the test set."""
        return self.val if self.val is not None else self.test


def mnist_loaders(batch_size: int, seed: int) -> Loaders:
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train = datasets.MNIST(str(DATA_DIR), train=True, download=True, transform=tf)
    test = datasets.MNIST(str(DATA_DIR), train=False, download=True, transform=tf)
    return Loaders(
        train=DataLoader(train, batch_size, shuffle=True, generator=torch.Generator().manual_seed(seed)),
        test=DataLoader(test, 1000),
    )


CIFAR_MEAN, CIFAR_STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def cifar_loaders(batch_size: int, seed: int, val_fraction: float = 0.1,
                  transform: Callable | None = None, workers: int = 2) -> Loaders:
    tf = transform or transforms.Compose([transforms.ToTensor(), transforms.Normalize(CIFAR_MEAN, CIFAR_STD)])
    full = datasets.CIFAR10(str(DATA_DIR), train=True, download=True, transform=tf)
    test = datasets.CIFAR10(str(DATA_DIR), train=False, download=True, transform=tf)
    order = torch.randperm(len(full), generator=torch.Generator().manual_seed(0)).tolist()
    n_val = int(len(full) * val_fraction)
    kwargs = dict(num_workers=workers, persistent_workers=workers > 0, pin_memory=DEVICE.type == "cuda")

    def loader(ds: Dataset, **kw: Any) -> DataLoader:
        return DataLoader(ds, **kw, **kwargs)

    return Loaders(
        train=loader(Subset(full, order[n_val:]), batch_size=batch_size, shuffle=True,
                     generator=torch.Generator().manual_seed(seed)),
        val=loader(Subset(full, order[:n_val]), batch_size=500),
        test=loader(test, batch_size=500),
    )


# --------------------------------------------------------------------------- context managers
class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        try:
            yield
        finally:
            if DEVICE.type == "cuda":
                torch.cuda.synchronize()
            self.seconds += time.perf_counter() - start


@contextmanager
def evaluating(model: nn.Module) -> Iterator[nn.Module]:
    """eval mode and no gradients inside of the block; the earlier mode afterwards."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        model.train(was_training)


def seed_everything(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


# --------------------------------------------------------------------------- training
class BatchHook(Protocol):
    """Called after backward() and before the optimizer's step."""

    def __call__(self, step: int, model: nn.Module, loss: float) -> None: ...


def evaluate(model: nn.Module, loader: DataLoader) -> tuple[float, float]:
    loss_sum, correct, n = 0.0, 0, 0
    with evaluating(model):
        for x, y in loader:
            x, y = x.to(DEVICE), y.to(DEVICE)
            out = model(x)
            loss_sum += nn.functional.cross_entropy(out, y, reduction="sum").item()
            correct += (out.argmax(1) == y).sum().item()
            n += len(y)
    return loss_sum / n, correct / n


def predict(model: nn.Module, loader: DataLoader) -> tuple[np.ndarray, np.ndarray]:
    truth, guess = [], []
    with evaluating(model):
        for x, y in loader:
            guess.append(model(x.to(DEVICE)).argmax(1).cpu())
            truth.append(y)
    return torch.cat(truth).numpy(), torch.cat(guess).numpy()


def train(model: nn.Module, cfg: TrainConfig, loaders: Loaders, hooks: Sequence[BatchHook] = (),
          clean_train_acc: bool = False, optimizer: torch.optim.Optimizer | None = None) -> RunResult:
    """Train `model` by `cfg`.

    train_loss/train_acc are running means over the epoch's batches; with `clean_train_acc` they are
    computed again after the epoch in eval mode (needed for a fair train/test comparison with dropout).
    Only the training itself is timed.
    """
    model.to(DEVICE)
    optimizer = optimizer or build_optimizer(model, cfg.optim)
    loss_fn = nn.CrossEntropyLoss()
    result, watch, step = RunResult(cfg), Stopwatch(), 0

    for epoch in range(1, cfg.epochs + 1):
        model.train()
        loss_sum, correct, n = 0.0, 0, 0
        with watch.running():
            for x, y in loaders.train:
                x, y = x.to(DEVICE), y.to(DEVICE)
                optimizer.zero_grad()
                out = model(x)
                loss = loss_fn(out, y)
                loss.backward()
                for hook in hooks:
                    hook(step, model, loss.item())
                optimizer.step()
                step += 1
                loss_sum += loss.item() * len(y)
                correct += (out.argmax(1) == y).sum().item()
                n += len(y)
        train_loss, train_acc = loss_sum / n, correct / n
        if clean_train_acc:
            train_loss, train_acc = evaluate(model, loaders.train)
        rec = EpochRecord(epoch, train_loss, train_acc, *evaluate(model, loaders.evaluation))
        result.history.append(rec)
        log.info("%-22s epoch %2d/%d  train %.4f / %.4f   eval %.4f / %.4f", cfg.name, epoch, cfg.epochs,
                 rec.train_loss, rec.train_acc, rec.eval_loss, rec.eval_acc)

    result.seconds = watch.seconds
    return result


# --------------------------------------------------------------------------- result files
def save_json(name: str, payload: Any) -> Path:
    RESULTS_DIR.mkdir(exist_ok=True)
    path = RESULTS_DIR / f"{name}.json"
    path.write_text(json.dumps(payload, indent=2))
    log.info("wrote %s", path.name)
    return path


def load_json(name: str) -> Any:
    return json.loads((RESULTS_DIR / f"{name}.json").read_text())


def save_runs(name: str, runs: Sequence[RunResult]) -> Path:
    return save_json(name, [asdict(r) for r in runs])


def save_csv(name: str, rows: Sequence[dict[str, Any]]) -> Path:
    RESULTS_DIR.mkdir(exist_ok=True)
    path = RESULTS_DIR / f"{name}.csv"
    with path.open("w", newline="") as f:
        writer = csv.DictWriter(f, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    log.info("wrote %s", path.name)
    return path


def load_csv(name: str) -> list[dict[str, str]]:
    with (RESULTS_DIR / f"{name}.csv").open(newline="") as f:
        return list(csv.DictReader(f))


def save_arrays(name: str, **arrays: np.ndarray) -> Path:
    RESULTS_DIR.mkdir(exist_ok=True)
    path = RESULTS_DIR / f"{name}.npz"
    np.savez_compressed(path, **arrays)
    log.info("wrote %s", path.name)
    return path


def print_table(title: str, rows: Sequence[dict[str, Any]]) -> None:
    cols = list(rows[0])
    text = [[f"{v:.4f}" if isinstance(v, float) else str(v) for v in row.values()] for row in rows]
    width = [max(len(c), *(len(t[i]) for t in text)) for i, c in enumerate(cols)]
    print(f"\n{title}")
    print(" | ".join(c.ljust(w) for c, w in zip(cols, width)))
    print("-+-".join("-" * w for w in width))
    for t in text:
        print(" | ".join(c.ljust(w) for c, w in zip(t, width)))
    print()
