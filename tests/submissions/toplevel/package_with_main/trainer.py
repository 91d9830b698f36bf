"""Training loop."""
import time
from copy import deepcopy
from typing import Dict, List

import torch
from torch import nn
from torch.utils.data import DataLoader

from config import TrainConfig


def build_optimizer(params, cfg: TrainConfig) -> torch.optim.Optimizer:
    if cfg.optimizer == "sgd":
        return torch.optim.SGD(params, lr=cfg.lr, momentum=cfg.momentum, weight_decay=cfg.weight_decay)
    if cfg.optimizer == "rmsprop":
        return torch.optim.RMSprop(params, lr=cfg.lr, weight_decay=cfg.weight_decay)
    if cfg.optimizer == "adam":
        return torch.optim.Adam(params, lr=cfg.lr, weight_decay=cfg.weight_decay)
    raise ValueError(cfg.optimizer)


class Trainer:
    def __init__(self, model: nn.Module, cfg: TrainConfig, device: torch.device, name: str = "") -> None:
        self.model = model.to(device)
        self.cfg = cfg
        self.device = device
        self.name = name
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = build_optimizer(self.model.parameters(), cfg)
        self.history: Dict[str, List] = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
        self.gradients: List[List[float]] = []
        self.seconds = 0.0
        self.best_state = None
        self.best_loss = float("inf")

    def _gradient_norms(self) -> List[float]:
        return [m.weight.grad.norm().item() for m in self.model.modules() if isinstance(m, nn.Linear)]

    def train_epoch(self, loader: DataLoader):
        self.model.train()
        loss_sum, correct, seen = 0.0, 0, 0
        epoch_grads = []
        for inputs, targets in loader:
            inputs = inputs.to(self.device)
            targets = targets.to(self.device)
            self.optimizer.zero_grad(set_to_none=True)
            outputs = self.model(inputs)
            loss = self.criterion(outputs, targets)
            loss.backward()
            if self.cfg.record_gradients:
                epoch_grads.append(self._gradient_norms())
            self.optimizer.step()
            loss_sum += loss.item() * targets.size(0)
            correct += outputs.argmax(1).eq(targets).sum().item()
            seen += targets.size(0)
        if epoch_grads:
            self.gradients.append(torch.tensor(epoch_grads).mean(dim=0).tolist())
        return loss_sum / seen, correct / seen

    @torch.no_grad()
    def evaluate(self, loader: DataLoader):
        self.model.eval()
        loss_sum, correct, seen = 0.0, 0, 0
        for inputs, targets in loader:
            inputs, targets = inputs.to(self.device), targets.to(self.device)
            outputs = self.model(inputs)
            loss_sum += self.criterion(outputs, targets).item() * targets.size(0)
            correct += outputs.argmax(1).eq(targets).sum().item()
            seen += targets.size(0)
        return loss_sum / seen, correct / seen

    @torch.no_grad()
    def predict(self, loader: DataLoader):
        self.model.eval()
        predictions, labels = [], []
        for inputs, targets in loader:
            predictions += self.model(inputs.to(self.device)).argmax(1).tolist()
            labels += targets.tolist()
        return predictions, labels

    def fit(self, train_loader: DataLoader, val_loader: DataLoader) -> Dict[str, List]:
        waited = 0
        for epoch in range(1, self.cfg.epochs + 1):
            start = time.perf_counter()
            train_loss, train_acc = self.train_epoch(train_loader)
            self.seconds += time.perf_counter() - start
            if self.cfg.eval_train_set:
                train_acc = self.evaluate(train_loader)[1]
            val_loss, val_acc = self.evaluate(val_loader)

            self.history["train_loss"].append(train_loss)
            self.history["train_acc"].append(train_acc)
            self.history["val_loss"].append(val_loss)
            self.history["val_acc"].append(val_acc)
            print(f"{self.name:<18} {epoch:>3}/{self.cfg.epochs}  train_loss={train_loss:.4f}  "
                  f"train_acc={train_acc:.4f}  val_loss={val_loss:.4f}  val_acc={val_acc:.4f}")

            if val_loss < self.best_loss:
                self.best_loss = val_loss
                self.best_state = deepcopy(self.model.state_dict())
                waited = 0
            else:
                waited += 1
            if self.cfg.early_stopping and waited >= self.cfg.patience:
                print(f"early stopping after epoch {epoch}")
                break

        if self.cfg.restore_best and self.best_state is not None:
            self.model.load_state_dict(self.best_state)
        return self.history
