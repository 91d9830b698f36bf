"""Problem 3: CNNs on CIFAR-10, and the bonus"""
import time

import numpy as np
import torch
from torch import nn, optim

import plots
from models import DEVICE, build_cnn, build_cnn_variants, count_parameters
from training import cifar_loaders, evaluate, loss_and_accuracy, train_epoch


def train_cnn(model, train_loader, validation_loader, epochs=20):
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    rows = []
    for epoch in range(1, epochs + 1):
        train_loss = train_epoch(model, train_loader, optimizer, criterion)
        rows.append((train_loss, *loss_and_accuracy(model, validation_loader)))
        print("epoch", epoch, "of", epochs, *(f"{value:.4f}" for value in rows[-1]))
    names = ("train_loss", "validation_loss", "validation_accuracy")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def confusion_matrix(model, loader):
    """Rows are the true classes, columns the predictions."""
    model.eval()
    true, predicted = [], []
    with torch.no_grad():
        for x, y in loader:
            true.extend(y.tolist())
            predicted.extend(model(x.to(DEVICE)).argmax(1).tolist())
    matrix, _, _ = np.histogram2d(true, predicted, bins=np.arange(11) - 0.5)
    return matrix.astype(int)


def compare_architectures(train_loader, test_loader, epochs=10):
    summary = {}
    for name, model in build_cnn_variants().items():
        optimizer = optim.Adam(model.parameters(), lr=1e-3)
        begin = time.time()
        for _ in range(epochs):
            train_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss())
        summary[name] = {"parameters": count_parameters(model), "seconds": time.time() - begin}
        summary[name]["test_accuracy"] = evaluate(model, test_loader)
    return summary


def first_conv(model):
    convs = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    return convs[0]


def first_layer_filters(model):
    filters = first_conv(model).weight.detach().cpu().numpy()
    return np.moveaxis(filters, 1, -1)


def activation_maps(model, images):
    conv = first_conv(model)
    return conv(images.to(DEVICE)).detach().cpu().numpy()


# ---- Bonus ----

class TransferModel(nn.Module):
    """MobileNetV2 with a new last layer. The images are made larger, it was trained on 224 x 224."""

    def __init__(self, num_classes, pretrained):
        super().__init__()
        from torchvision import models

        weights = models.MobileNet_V2_Weights.IMAGENET1K_V1 if pretrained else None
        self.net = models.mobilenet_v2(weights=weights)
        self.net.requires_grad_(False)
        self.net.classifier[1] = nn.Linear(self.net.last_channel, num_classes)
        self.resize = nn.Upsample(size=(96, 96), mode="bilinear", align_corners=False)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, images):
        return self.net((self.resize(images) - self.mean) / self.std)


def build_transfer_model(num_classes=10, pretrained=True):
    return TransferModel(num_classes, pretrained).to(DEVICE)


def fine_tune(model, train_loader, epochs=1):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    optimizer = optim.Adam(trainable, lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    return {"train_loss": [train_epoch(model, train_loader, optimizer, criterion) for _ in range(epochs)]}


if __name__ == "__main__":
    train_loader, validation_loader, test_loader = cifar_loaders()
    cnn = build_cnn()
    history = train_cnn(cnn, train_loader, validation_loader)
    plots.plot_training(history).savefig("training.png")
    print("test accuracy:", evaluate(cnn, test_loader))
    plots.plot_confusion_matrix(confusion_matrix(cnn, test_loader)).savefig("confusion.png")

    for name, entry in compare_architectures(train_loader, test_loader).items():
        print(name, entry)

    images, _ = next(iter(test_loader))
    plots.plot_filters(first_layer_filters(cnn)).savefig("filters.png")
    plots.plot_activation_maps(activation_maps(cnn, images[:2])).savefig("maps.png")

    transfer = build_transfer_model()
    print(fine_tune(transfer, train_loader), evaluate(transfer, test_loader))
