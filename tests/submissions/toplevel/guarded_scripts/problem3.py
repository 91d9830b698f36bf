"""Problem 3: CNNs on CIFAR-10.      python problem3.py"""
import time

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import torch
from sklearn.metrics import confusion_matrix
from torch import nn, optim

from common import DEVICE, cifar10, measure, one_epoch, save

LABELS = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


class BasicCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1), nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(64 * 8 * 8, 128), nn.ReLU(),
            nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class ThreeConvCNN(nn.Module):
    """Three convolutions, more filters, max pooling."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128 * 4 * 4, 128), nn.ReLU(),
            nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.body(x)


class BigKernelCNN(nn.Module):
    """Two convolutions with 5x5 kernels, average pooling."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.AvgPool2d(kernel_size=2),
            nn.Flatten(),
            nn.Linear(32 * 8 * 8, 128), nn.ReLU(),
            nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.body(x)


@torch.no_grad()
def predictions(model, loader):
    model.eval()
    truth, guess = [], []
    for x, y in loader:
        guess += model(x.to(DEVICE)).argmax(dim=1).cpu().tolist()
        truth += y.tolist()
    return truth, guess


def basic(train_loader, test_loader, epochs=20):
    print("== 3A ==")
    torch.manual_seed(0)
    cnn = BasicCNN().to(DEVICE)
    adam = optim.Adam(cnn.parameters(), lr=0.001)
    train_curve, val_curve = [], []
    for epoch in range(1, epochs + 1):
        train_curve.append(one_epoch(cnn, train_loader, adam))
        val_loss, val_acc = measure(cnn, test_loader)
        val_curve.append(val_loss)
        print(f"  epoch {epoch:2d}: train loss {train_curve[-1]:.4f}, val loss {val_loss:.4f}, val acc {val_acc:.4f}")

    fig, ax = plt.subplots()
    ax.plot(range(1, epochs + 1), train_curve, label="training loss")
    ax.plot(range(1, epochs + 1), val_curve, label="validation loss")
    ax.set(title="CNN: training and validation loss", xlabel="epoch", ylabel="loss")
    ax.legend()
    save(fig, "3a_loss.png")

    truth, guess = predictions(cnn, test_loader)
    correct = sum(t == g for t, g in zip(truth, guess))
    print(f"3A final test accuracy: {correct / len(truth):.4f}")

    fig, ax = plt.subplots(figsize=(8, 7))
    sns.heatmap(confusion_matrix(truth, guess, labels=range(10)), annot=True, fmt="d", cmap="Greens",
                xticklabels=LABELS, yticklabels=LABELS, ax=ax)
    ax.set(xlabel="predicted class", ylabel="true class", title="Confusion matrix, test set")
    save(fig, "3a_confusion.png")
    return cnn


def architectures(train_loader, test_loader, epochs=10):
    print("== 3B ==")
    described = [
        ("BasicCNN", BasicCNN, 2, "32-64", "3x3", "max"),
        ("ThreeConvCNN", ThreeConvCNN, 3, "32-64-128", "3x3", "max"),
        ("BigKernelCNN", BigKernelCNN, 2, "16-32", "5x5", "average"),
    ]
    print(pd.DataFrame([d[:1] + d[2:] for d in described],
                       columns=["name", "conv layers", "filters", "kernel", "pooling"]).to_string(index=False))
    rows = []
    for name, cls, *_ in described:
        torch.manual_seed(0)
        cnn = cls().to(DEVICE)
        adam = optim.Adam(cnn.parameters(), lr=0.001)
        start = time.perf_counter()
        for _ in range(epochs):
            one_epoch(cnn, train_loader, adam)
        seconds = time.perf_counter() - start
        rows.append({
            "name": name,
            "# parameters": sum(p.numel() for p in cnn.parameters()),
            "training time [s]": round(seconds, 1),
            "test accuracy": measure(cnn, test_loader)[1],
        })
    print(pd.DataFrame(rows).to_string(index=False))


def features(cnn, test_loader):
    print("== 3C ==")
    kernels = cnn.features[0].weight.detach().cpu()
    kernels = (kernels - kernels.min()) / (kernels.max() - kernels.min())
    fig, axes = plt.subplots(4, 8, figsize=(10, 5))
    for ax, kernel in zip(axes.ravel(), kernels):
        ax.imshow(kernel.permute(1, 2, 0))
        ax.set_xticks([])
        ax.set_yticks([])
    fig.suptitle("The 32 filters of the first conv layer")
    save(fig, "3c_filters.png")

    images = next(iter(test_loader))[0][:3]
    with torch.no_grad():
        maps = cnn.features[:2](images.to(DEVICE)).cpu()
    fig, axes = plt.subplots(3, 7, figsize=(12, 5.5))
    for row in range(3):
        axes[row, 0].imshow(images[row].permute(1, 2, 0) * 0.5 + 0.5)
        axes[row, 0].set_title("input", fontsize=8)
        for k in range(6):
            axes[row, k + 1].imshow(maps[row, k], cmap="gray")
            axes[row, k + 1].set_title(f"channel {k}", fontsize=8)
    for ax in axes.ravel():
        ax.axis("off")
    fig.suptitle("Activation maps of the first conv layer")
    save(fig, "3c_activation_maps.png")


def main():
    train_loader, test_loader = cifar10()
    cnn = basic(train_loader, test_loader)
    architectures(train_loader, test_loader)
    features(cnn, test_loader)


if __name__ == "__main__":
    main()
