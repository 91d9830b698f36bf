"""Problem 3: CNN on CIFAR-10"""
import time

import matplotlib.pyplot as plt
import pandas as pd
import torch
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

from hw1.data import CIFAR_CLASSES, CIFAR_MEAN, CIFAR_STD, cifar_loaders
from hw1.models import BasicCNN, DeepCNN, WideAvgCNN, count_parameters
from hw1.trainer import Trainer
from hw1.utils import get_device, plot_curves, save, set_seed

EPOCHS = 20
EPOCHS_B = 15
device = get_device()


def part_a(train_loader, val_loader, test_loader):
    print("\n--- 3A: basic CNN ---")
    set_seed(0)
    model = BasicCNN().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    trainer = Trainer(model, optimizer, train_loader, val_loader, device)
    h = trainer.fit(EPOCHS)
    torch.save(model.state_dict(), "results/basic_cnn.pt")

    plot_curves({"train": h["train_loss"], "validation": h["val_loss"]},
                "CNN loss", "Loss", "p3a_loss.png")
    _, test_acc = trainer.evaluate(test_loader)
    print(f"Final test accuracy: {test_acc * 100:.2f}%")

    labels, preds = trainer.predict(test_loader)
    cm = confusion_matrix(labels, preds)
    fig, ax = plt.subplots(figsize=(9, 9))
    ConfusionMatrixDisplay(cm, display_labels=CIFAR_CLASSES).plot(ax=ax, cmap="Blues",
                                                                  xticks_rotation=45, colorbar=False)
    ax.set_title("Confusion matrix (test)")
    save(fig, "p3a_confusion.png")


def part_b(train_loader, val_loader, test_loader):
    print("\n--- 3B: architectures ---")
    description = pd.DataFrame([
        ["BasicCNN", 2, "32-64", "3x3", "max"],
        ["DeepCNN", 6, "32-32-64-64-128-128", "3x3", "max"],
        ["WideAvgCNN", 2, "48-96", "5x5", "average"],
    ], columns=["Model", "Conv layers", "Filters", "Kernel", "Pooling"])
    print(description.to_string(index=False))

    rows = []
    for cls in (BasicCNN, DeepCNN, WideAvgCNN):
        print("Model:", cls.__name__)
        set_seed(0)
        model = cls().to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        trainer = Trainer(model, optimizer, train_loader, val_loader, device)
        t = time.time()
        trainer.fit(EPOCHS_B)
        t = time.time() - t
        _, acc = trainer.evaluate(test_loader)
        rows.append([cls.__name__, count_parameters(model), round(t, 1), round(acc, 4)])
    print(pd.DataFrame(rows, columns=["Model", "Parameters", "Time, s", "Test accuracy"])
          .to_string(index=False))


def part_c(test_loader):
    print("\n--- 3C: filters and activation maps ---")
    model = BasicCNN().to(device)
    model.eval()

    # фильтры первого слоя
    weights = model.conv1.weight.detach().cpu()
    fig, axes = plt.subplots(4, 8, figsize=(10, 5))
    for ax, w in zip(axes.flat, weights):
        w = (w - w.min()) / (w.max() - w.min())
        ax.imshow(w.permute(1, 2, 0).numpy())
        ax.axis("off")
    fig.suptitle("conv1 filters")
    save(fig, "p3c_filters.png")

    # карты активации для трёх картинок
    images, labels = next(iter(test_loader))
    images, labels = images[:3], labels[:3]
    with torch.no_grad():
        maps = torch.relu(model.conv1(images.to(device))).cpu()
    mean = torch.tensor(CIFAR_MEAN).view(3, 1, 1)
    std = torch.tensor(CIFAR_STD).view(3, 1, 1)
    fig, axes = plt.subplots(3, 9, figsize=(14, 5))
    for r in range(3):
        axes[r, 0].imshow((images[r] * std + mean).clamp(0, 1).permute(1, 2, 0).numpy())
        axes[r, 0].set_title(CIFAR_CLASSES[labels[r]])
        for k in range(8):
            axes[r, k + 1].imshow(maps[r, k].numpy(), cmap="viridis")
    for ax in axes.flat:
        ax.axis("off")
    save(fig, "p3c_maps.png")


def main():
    train_loader, val_loader, test_loader = cifar_loaders()
    part_a(train_loader, val_loader, test_loader)
    part_b(train_loader, val_loader, test_loader)
    part_c(test_loader)


if __name__ == "__main__":
    main()
