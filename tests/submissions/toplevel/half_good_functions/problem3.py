"""
Homework 1 - Problema 3: CNN en CIFAR-10
Ejecutar: python problem3.py
"""
import os
import time

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.optim as optim
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, transforms

from problem1 import FIG_DIR, device, evaluate, train_one_epoch

MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)


def load_cifar():
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    full = datasets.CIFAR10(root="./data", train=True, download=True, transform=tf)
    test_set = datasets.CIFAR10(root="./data", train=False, download=True, transform=tf)
    n_val = len(full) // 10
    train_set, val_set = random_split(full, [len(full) - n_val, n_val],
                                      generator=torch.Generator().manual_seed(42))
    return train_set, val_set, test_set


class BasicCNN(nn.Module):
    """Arquitectura de 3A."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class DeepCNN(nn.Module):
    """4 capas convolucionales, mas filtros, max pooling."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(),
            nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(128 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class AvgPoolCNN(nn.Module):
    """Kernels 5x5 y average pooling, pocos filtros."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(32 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def count_params(model):
    return sum(p.numel() for p in model.features.parameters() if p.requires_grad)


@torch.no_grad()
def get_predictions(model, loader):
    model.eval()
    reales, predichas = [], []
    for x, y in loader:
        out = model(x.to(device))
        predichas += out.argmax(1).cpu().tolist()
        reales += y.tolist()
    return reales, predichas


# ---------------------------------------------------------------- 3A
def part_a(train_loader, val_loader, test_loader, classes, epochs=20):
    print("\n=== 3A: basic CNN ===")
    model = BasicCNN().to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    train_losses, val_losses = [], []
    for epoch in range(epochs):
        tr = train_one_epoch(model, train_loader, criterion, optimizer)
        va, va_acc = evaluate(model, val_loader, criterion)
        train_losses.append(tr)
        val_losses.append(va)
        print(f"Epoch {epoch + 1:2d}: train loss {tr:.4f}, val loss {va:.4f}, val acc {va_acc:.4f}")

    plt.figure()
    plt.plot(range(1, epochs + 1), train_losses, label="Training loss")
    plt.plot(range(1, epochs + 1), val_losses, label="Validation loss")
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.title("CNN on CIFAR-10")
    plt.legend()
    plt.savefig(os.path.join(FIG_DIR, "3a_loss.png"))
    plt.close()

    _, test_acc = evaluate(model, test_loader, criterion)
    print(f"Final test accuracy: {test_acc:.4f}")

    # matriz de confusion
    reales, predichas = get_predictions(model, train_loader)
    cm = confusion_matrix(reales, predichas)
    fig, ax = plt.subplots(figsize=(9, 9))
    ConfusionMatrixDisplay(cm, display_labels=classes).plot(ax=ax, cmap="Blues", xticks_rotation=45, colorbar=False)
    ax.set_title("Confusion matrix (test set)")
    fig.savefig(os.path.join(FIG_DIR, "3a_confusion.png"))
    plt.close(fig)
    return model


# ---------------------------------------------------------------- 3B
def part_b(train_loader, test_loader, epochs=20):
    print("\n=== 3B: architectures ===")
    print("A: 2 conv (32, 64), 3x3, max pooling")
    print("B: 4 conv (32, 64, 128, 128), 3x3, max pooling")
    print("C: 2 conv (16, 32), 5x5, average pooling")
    criterion = nn.CrossEntropyLoss()
    tabla = []
    for nombre, clase in [("A: BasicCNN", BasicCNN), ("B: DeepCNN", DeepCNN), ("C: AvgPoolCNN", AvgPoolCNN)]:
        torch.manual_seed(0)
        model = clase().to(device)
        optimizer = optim.Adam(model.parameters(), lr=0.001)
        inicio = time.time()
        for epoch in range(epochs):
            loss = train_one_epoch(model, train_loader, criterion, optimizer)
            print(f"{nombre} epoch {epoch + 1}: loss {loss:.4f}")
        segundos = time.time() - inicio
        _, acc = evaluate(model, test_loader, criterion)
        tabla.append((nombre, count_params(model), segundos, acc))

    print(f"\n{'Architecture':16s}{'# parameters':>14s}{'Time (s)':>12s}{'Test acc':>12s}")
    for nombre, n, t, acc in tabla:
        print(f"{nombre:16s}{n:14,d}{t:12.1f}{acc:12.4f}")


# ---------------------------------------------------------------- 3C
def show_filters(model):
    w = model.features[0].weight.detach().cpu()
    w = (w - w.min()) / (w.max() - w.min())
    fig, axes = plt.subplots(4, 8, figsize=(10, 5.5))
    for i, ax in enumerate(axes.flat):
        ax.imshow(w[i].permute(1, 2, 0))
        ax.axis("off")
    fig.suptitle("Filters of conv layer 1")
    fig.savefig(os.path.join(FIG_DIR, "3c_filters.png"))
    plt.close(fig)


@torch.no_grad()
def show_activations(model, test_set, classes, n_images=3, n_maps=8):
    model.eval()
    for k in range(n_images):
        img, label = test_set[0]
        maps = torch.relu(model.features[0](img.unsqueeze(0).to(device)))[0].cpu()
        fig, axes = plt.subplots(1, n_maps + 1, figsize=(2 * (n_maps + 1), 2.3))
        foto = img * torch.tensor(STD).view(3, 1, 1) + torch.tensor(MEAN).view(3, 1, 1)
        axes[0].imshow(foto.clamp(0, 1).permute(1, 2, 0))
        axes[0].set_title(classes[label])
        for j in range(n_maps):
            axes[j + 1].imshow(maps[j], cmap="viridis")
            axes[j + 1].set_title(f"filter {j}")
        for ax in axes:
            ax.axis("off")
        fig.suptitle(f"Activation maps, image {k + 1}")
        fig.savefig(os.path.join(FIG_DIR, f"3c_activations_{k + 1}.png"))
        plt.close(fig)


def main():
    torch.manual_seed(42)
    os.makedirs(FIG_DIR, exist_ok=True)
    train_set, val_set, test_set = load_cifar()
    classes = test_set.classes
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=256)
    test_loader = DataLoader(test_set, batch_size=256)

    cnn = part_a(train_loader, val_loader, test_loader, classes)
    part_b(train_loader, test_loader)
    show_filters(cnn)
    show_activations(cnn, test_set, classes)


if __name__ == "__main__":
    main()
