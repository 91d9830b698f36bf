import torch
import torch.nn as nn


class Trainer:
    """Обучение и оценка модели, история хранится в self.history"""

    def __init__(self, model, optimizer, train_loader, val_loader, device, verbose=True):
        self.model = model.to(device)
        self.optimizer = optimizer
        self.train_loader = train_loader
        self.val_loader = val_loader
        self.device = device
        self.verbose = verbose
        self.criterion = nn.CrossEntropyLoss()
        self.history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    def train_epoch(self):
        running_loss = 0.0
        for x, y in self.train_loader:
            x, y = x.to(self.device), y.to(self.device)
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            running_loss += loss.item()
        return running_loss / len(self.train_loader.dataset)

    @torch.no_grad()
    def evaluate(self, loader):
        self.model.eval()
        running_loss, correct = 0.0, 0
        for x, y in loader:
            x, y = x.to(self.device), y.to(self.device)
            out = self.model(x)
            running_loss += self.criterion(out, y).item()
            correct += (out.argmax(dim=1) == y).sum().item()
        n = len(loader.dataset)
        return running_loss / n, correct / n

    @torch.no_grad()
    def predict(self, loader):
        self.model.eval()
        labels, preds = [], []
        for x, y in loader:
            out = self.model(x.to(self.device))
            preds += out.argmax(dim=1).cpu().tolist()
            labels += y.tolist()
        return labels, preds

    def fit(self, epochs):
        self.model.train()
        for epoch in range(1, epochs + 1):
            train_loss = self.train_epoch()
            _, train_acc = self.evaluate(self.train_loader)
            val_loss, val_acc = self.evaluate(self.val_loader)
            self.history["train_loss"].append(train_loss)
            self.history["train_acc"].append(train_acc)
            self.history["val_loss"].append(val_loss)
            self.history["val_acc"].append(val_acc)
            if self.verbose:
                print(f"[{epoch:02d}/{epochs}] loss={train_loss:.5f} train_acc={train_acc:.4f} "
                      f"val_loss={val_loss:.5f} val_acc={val_acc:.4f}")
        return self.history
