"""Bonus: fine-tune an ImageNet ResNet18 on CIFAR-10."""
from __future__ import annotations

from torch import nn
import torch
from torchvision import transforms
from torchvision.models import ResNet18_Weights, resnet18

from common import (MODELS, OptimConfig, TrainConfig, cifar_loaders, count_parameters, evaluate, load_json, print_table,
                    save_csv, save_runs, seed_everything, train)


@MODELS.register("resnet18-cifar")
def build_resnet(n_classes: int = 10) -> nn.Module:
    model = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)
    model.fc = nn.Linear(model.fc.in_features, n_classes)
    return model


# the pictures are enlarged and normalized as in the pre-training
TRANSFORM = transforms.Compose([
    transforms.Resize(224),
    transforms.ToTensor(),
    transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
])


def main() -> None:
    cfg = TrainConfig("resnet18 fine-tuned", OptimConfig("adam", lr=1e-4), epochs=5)
    seed_everything(cfg.seed)
    model = build_resnet()
    loaders = cifar_loaders(cfg.batch_size, cfg.seed, transform=TRANSFORM)

    # small steps for the pre-trained layers, larger ones for the new layer
    head = list(model.fc.parameters())
    head_ids = {id(p) for p in head}
    optimizer = torch.optim.Adam([
        {"params": [p for p in model.parameters() if id(p) not in head_ids], "lr": cfg.optim.lr},
        {"params": head, "lr": 10 * cfg.optim.lr},
    ])
    result = train(model, cfg, loaders, optimizer=optimizer)
    _, test_acc = evaluate(model, loaders.test)
    result.extra = {"test_acc": test_acc}
    save_runs("bonus", [result])

    rows = [{"model": "resnet18 (ImageNet, fine-tuned)", "parameters": count_parameters(model),
             "epochs": cfg.epochs, "test accuracy": test_acc}]
    try:
        own = load_json("3a")[0]
        rows.insert(0, {"model": "own CNN (3A)", "parameters": own["extra"]["parameters"],
                        "epochs": own["config"]["epochs"], "test accuracy": own["extra"]["test_acc"]})
    except FileNotFoundError:
        print("no result of 3A found, run problem3.py for the comparison")
    save_csv("bonus_table", rows)
    print_table("Bonus: transfer learning", rows)


if __name__ == "__main__":
    main()
