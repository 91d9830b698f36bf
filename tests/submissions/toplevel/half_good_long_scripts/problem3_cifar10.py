"""
Deep Learning - Homework 1
Problem 3: Convolutional neural networks on CIFAR-10

Usage:
    python problem3_cifar10.py

All figures are saved to ./figures
"""

import os
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, transforms

SEED = 42
BATCH_SIZE = 64
EPOCHS = 20
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
FIG_DIR = "figures"
os.makedirs(FIG_DIR, exist_ok=True)

CLASS_NAMES = ["airplane", "automobile", "bird", "cat", "deer",
               "dog", "frog", "horse", "ship", "truck"]
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)

torch.manual_seed(SEED)
np.random.seed(SEED)


# ---------------------------------------------------------------------------
# Data: 90% training, 10% validation, plus the official test set
# ---------------------------------------------------------------------------
def get_cifar_loaders():
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    full_train = datasets.CIFAR10(root="./data", train=True, download=True, transform=transform)
    test_dataset = datasets.CIFAR10(root="./data", train=False, download=True, transform=transform)

    val_size = int(0.1 * len(full_train))
    train_dataset, val_dataset = random_split(
        full_train, [len(full_train) - val_size, val_size],
        generator=torch.Generator().manual_seed(SEED))

    train_loader = DataLoader(train_dataset, batch_size=BATCH_SIZE, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=BATCH_SIZE, shuffle=False)
    test_loader = DataLoader(test_dataset, batch_size=BATCH_SIZE, shuffle=False)
    return train_loader, val_loader, test_loader


# ---------------------------------------------------------------------------
# Training utilities
# ---------------------------------------------------------------------------
criterion = nn.CrossEntropyLoss()  # applies log-softmax internally


def train_one_epoch(model, loader, optimizer):
    model.train()
    total_loss, total = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(DEVICE), labels.to(DEVICE)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * labels.size(0)
        total += labels.size(0)
    return total_loss / total


@torch.no_grad()
def evaluate(model, loader):
    """Return average loss, accuracy, true labels and predicted labels."""
    model.eval()
    total_loss = 0.0
    y_true, y_pred = [], []
    for images, labels in loader:
        images, labels = images.to(DEVICE), labels.to(DEVICE)
        outputs = model(images)
        total_loss += criterion(outputs, labels).item() * labels.size(0)
        y_true.append(labels.cpu().numpy())
        y_pred.append(outputs.argmax(dim=1).cpu().numpy())
    y_true, y_pred = np.concatenate(y_true), np.concatenate(y_pred)
    return total_loss / len(y_true), (y_true == y_pred).mean(), y_true, y_pred


# ---------------------------------------------------------------------------
# Problem 3A: Basic CNN
# ---------------------------------------------------------------------------
class BasicCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3, padding="same")
        self.pool1 = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding="same")
        self.pool2 = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x):
        x = self.pool1(self.conv1(x))   # 32 x 16 x 16
        x = self.pool2(self.conv2(x))   # 64 x 8 x 8
        x = torch.flatten(x, start_dim=1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


def problem_3a(train_loader, val_loader, test_loader):
    print("\n" + "=" * 60)
    print("Problem 3A: Basic CNN")
    print("=" * 60)

    model = BasicCNN().to(DEVICE)
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    print(model)

    train_losses, val_losses = [], []
    for epoch in range(1, EPOCHS + 1):
        train_loss = train_one_epoch(model, train_loader, optimizer)
        val_loss, val_acc, _, _ = evaluate(model, val_loader)
        train_losses.append(train_loss)
        val_losses.append(val_loss)
        print(f"Epoch [{epoch:2d}/{EPOCHS}]  train loss: {train_loss:.4f}  "
              f"val loss: {val_loss:.4f}  val acc: {val_acc:.4f}")

    plt.figure(figsize=(8, 5))
    plt.plot(range(1, EPOCHS + 1), train_losses, label="Training loss")
    plt.plot(range(1, EPOCHS + 1), val_losses, label="Validation loss")
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.title("CNN Training and Validation Loss")
    plt.legend()
    plt.grid(True, alpha=0.3)
    plt.savefig(os.path.join(FIG_DIR, "3a_loss_curves.png"), dpi=150)
    plt.close()

    _, test_acc, y_true, y_pred = evaluate(model, test_loader)
    print(f"\nFinal test accuracy: {test_acc * 100:.2f}%")

    cm = confusion_matrix(y_true, y_pred)
    fig, ax = plt.subplots(figsize=(9, 8))
    ConfusionMatrixDisplay(cm, display_labels=CLASS_NAMES).plot(
        ax=ax, cmap="Blues", xticks_rotation=45, colorbar=False)
    ax.set_title("Confusion Matrix (test set)")
    plt.tight_layout()
    plt.savefig(os.path.join(FIG_DIR, "3a_confusion_matrix.png"), dpi=150)
    plt.close()
    return model


# ---------------------------------------------------------------------------
# Problem 3B: Architecture experiments
# ---------------------------------------------------------------------------
class ConvNet(nn.Module):
    """CNN with one conv-ReLU-pool block for every entry in `filters`."""

    def __init__(self, filters, hidden=128, num_classes=10):
        super().__init__()
        blocks = []
        in_channels, size = 3, 32
        for out_channels in filters:
            blocks += [
                nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2, 2),
            ]
            in_channels, size = out_channels, size // 2
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_channels * size * size, hidden),
            nn.ReLU(),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


ARCHITECTURES = {
    "CNN-Small": [16, 32],
    "CNN-Medium": [32, 64, 128],
    "CNN-Large": [64, 128, 256, 256],
}


def problem_3b(train_loader, test_loader):
    print("\n" + "=" * 60)
    print("Problem 3B: Architecture experiments")
    print("=" * 60)

    description = pd.DataFrame([
        {"Architecture": name, "Conv layers": len(filters), "Filters": str(filters),
         "Kernel": "3x3", "Pooling": "Max 2x2", "FC": 128}
        for name, filters in ARCHITECTURES.items()
    ])
    print(description.to_string(index=False))

    rows = []
    for name, filters in ARCHITECTURES.items():
        torch.manual_seed(SEED)
        model = ConvNet(filters).to(DEVICE)
        optimizer = optim.Adam(model.parameters(), lr=0.001)
        num_params = sum(p.numel() for p in model.parameters() if p.requires_grad)

        start_time = time.time()
        for epoch in range(1, EPOCHS + 1):
            loss = train_one_epoch(model, train_loader, optimizer)
            print(f"[{name}] Epoch {epoch:2d}/{EPOCHS}  train loss: {loss:.4f}")
        training_time = time.time() - start_time

        _, test_acc, _, _ = evaluate(model, test_loader)
        rows.append({"Architecture": name, "# Parameters": num_params,
                     "Training Time (s)": round(training_time, 1),
                     "Test Accuracy": round(float(test_acc), 4)})

    print("\n" + pd.DataFrame(rows).to_string(index=False))

    print("""
Analysis:
The small network has the fewest layers and filters and trains the fastest, but its accuracy is
limited. Adding a third convolutional layer and more filters improves the test accuracy, because
deeper layers can combine simple edges into object parts. The large network has the most
parameters and needs the longest training time, while the additional gain over the medium network
is small. All models start to overfit within 20 epochs, the wider ones faster than the small one.
The medium network offers the best trade-off between complexity and performance.
""")


# ---------------------------------------------------------------------------
# Problem 3C: Visualizing learned features
# ---------------------------------------------------------------------------
def problem_3c(model, test_loader, num_images=3, num_maps=8):
    print("\n" + "=" * 60)
    print("Problem 3C: Visualizing learned features")
    print("=" * 60)
    model.eval()

    # Filters of the first convolutional layer
    filters = model.conv1.weight.detach().cpu()
    fig, axes = plt.subplots(2, 8, figsize=(14, 4))
    for i, ax in enumerate(axes.flat):
        f = filters[i]
        f = (f - f.min()) / (f.max() - f.min())
        ax.imshow(f.permute(1, 2, 0).numpy())
        ax.set_title(f"Filter {i + 1}", fontsize=8)
        ax.axis("off")
    fig.suptitle("First Convolutional Layer Filters")
    plt.savefig(os.path.join(FIG_DIR, "3c_filters.png"), dpi=150)
    plt.close()

    # Activation maps of the first convolutional layer
    images, labels = next(iter(test_loader))
    images, labels = images[:num_images], labels[:num_images]
    with torch.no_grad():
        activations = F.relu(model.conv1(images.to(DEVICE))).cpu()

    mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
    fig, axes = plt.subplots(num_images, num_maps + 1, figsize=(2 * (num_maps + 1), 2 * num_images))
    for row in range(num_images):
        original = (images[row] * std + mean).clamp(0, 1)
        axes[row, 0].imshow(original.permute(1, 2, 0).numpy())
        axes[row, 0].set_title(CLASS_NAMES[labels[row].item()])
        axes[row, 0].axis("off")
        for col in range(num_maps):
            axes[row, col + 1].imshow(activations[row, col].numpy(), cmap="viridis")
            axes[row, col + 1].set_title(f"Map {col + 1}", fontsize=8)
            axes[row, col + 1].axis("off")
    fig.suptitle("Activation Maps of the First Convolutional Layer")
    plt.savefig(os.path.join(FIG_DIR, "3c_activation_maps.png"), dpi=150)
    plt.close()

    print("The filters respond to edges in different orientations and to color contrasts. "
          "The activation maps highlight the object outlines and colored regions of the images.")


def main():
    print(f"Using device: {DEVICE}")
    train_loader, val_loader, test_loader = get_cifar_loaders()
    cnn = problem_3a(train_loader, val_loader, test_loader)
    problem_3b(train_loader, test_loader)
    problem_3c(cnn, test_loader)


if __name__ == "__main__":
    main()
