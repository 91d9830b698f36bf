"""Bonus: fine-tune an ImageNet ResNet-18 on CIFAR-10. Run problem3.py first (for the comparison)."""
import argparse

import torch
import torch.nn as nn
from torchvision import models

import utils
from utils import DEVICE, fit

DISCUSSION = """
The pre-trained network already contains general features (edges, textures, object parts) learned from 1.2 million images, so that only the
new output layer has to be learned from zero and the rest is adapted slightly. It therefore reaches in a few epochs an
accuracy well above that of the CNN trained from scratch. CIFAR-10 classes are close to ImageNet classes, which makes the transfer especially effective.
"""


def build(n_classes=10):
    net = models.resnet18(weights=models.ResNet18_Weights.IMAGENET1K_V1)
    net.fc = nn.Linear(net.fc.in_features, n_classes)
    return net


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", default="data")
    ap.add_argument("--out", default="results")
    ap.add_argument("--epochs", type=int, default=5)
    ap.add_argument("--batch-size", type=int, default=64)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--size", type=int, default=224)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    utils.set_seed(args.seed)
    loaders = utils.cifar_loaders(args.data, args.batch_size, size=args.size,
                                  mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    net = build().to(DEVICE)
    # ten times larger steps for the new layer
    head = list(net.fc.parameters())
    ids = {id(p) for p in head}
    body = [p for p in net.parameters() if id(p) not in ids]
    opt = torch.optim.Adam([{"params": body, "lr": args.lr}, {"params": head, "lr": 10 * args.lr}])
    history = fit(net, loaders, opt, args.epochs, eval_train=False, name="bonus")
    utils.save_json(history, args.out, "bonus.json")

    rows = [["ResNet-18, fine-tuned", f"{history['test_acc'][-1]:.2%}"]]
    p3 = utils.load_json(args.out, "3.json")
    if p3 is not None:
        rows.insert(0, ["CNN of 3A", f"{p3['history']['basic']['test_acc'][-1]:.2%}"])
    utils.plot_curves({"ResNet-18": history}, "test_acc", "test accuracy", "Transfer learning", args.out, "bonus_acc.png")
    utils.write_section(args.out, 4, "## Bonus\n\n" + utils.md_table(["model", "test accuracy"], rows)
                        + "\n![accuracy](bonus_acc.png)\n" + DISCUSSION)


if __name__ == "__main__":
    main()
