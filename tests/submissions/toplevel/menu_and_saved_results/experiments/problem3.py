import os

import torch
from sklearn.metrics import confusion_matrix
from tabulate import tabulate

from models.cnn import CNN, ShallowWide, VGGStyle, AvgPoolNet
from utils.common import RESULTS, evaluate, run_training, save_csv, save_json, set_seed
from utils.data import CIFAR_CLASSES, cifar_loaders

WEIGHTS = os.path.join(RESULTS, "cnn.pth")


def part_a(args):
    train_loader, test_loader = cifar_loaders(args)
    model = CNN().to(args.device)
    print(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    log = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 20, "CNN")
    torch.save(model.state_dict(), WEIGHTS)

    _, acc = evaluate(model, test_loader, args.device)
    print(f"Final test accuracy: {acc:.2f}%")

    targets, predictions = [], []
    model.eval()
    with torch.no_grad():
        for xb, yb in test_loader:
            predictions += model(xb.to(args.device)).argmax(1).tolist()
            targets += yb.tolist()
    cm = confusion_matrix(targets, predictions)
    print(tabulate([[n, *row] for n, row in zip(CIFAR_CLASSES, cm.tolist())], headers=["true \\ pred"] + [n[:5] for n in CIFAR_CLASSES]))
    log["final_test_acc"] = acc
    log["confusion_matrix"] = cm.tolist()
    save_json("3a", log)


def part_b(args):
    train_loader, test_loader = cifar_loaders(args)
    nets = [ShallowWide, VGGStyle, AvgPoolNet]

    desc = [{"architecture": c.__name__, **c.description} for c in nets]
    save_csv("3b_architectures", desc)
    print(tabulate(desc, headers="keys", tablefmt="github"))

    logs, rows = {}, []
    for cls in nets:
        set_seed(args.seed)
        model = cls().to(args.device)
        n_params = sum(p.numel() for p in model.parameters())
        log = run_training(model, train_loader, test_loader, torch.optim.Adam(model.parameters(), lr=1e-3), args.device, args.epochs or 15, cls.__name__)
        logs[cls.__name__] = log
        rows.append({"architecture": cls.__name__, "# parameters": n_params, "training time (s)": round(log["seconds"], 1),
                     "test accuracy (%)": round(log["test_acc"][-1], 2)})
    save_json("3b", logs)
    save_csv("3b_table", rows)
    print(tabulate(rows, headers="keys", tablefmt="github"))


def part_c(args):
    model = CNN()
    if not os.path.exists(WEIGHTS):
        print("no trained CNN found, running part 3A first")
        part_a(args)
    model.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))
    model.eval()

    w = model.conv1.weight.data.clone()            # 32 x 3 x 3 x 3
    lo = w.amin(dim=(1, 2, 3), keepdim=True)
    hi = w.amax(dim=(1, 2, 3), keepdim=True)
    w = (w - lo) / (hi - lo)

    _, test_loader = cifar_loaders(args)
    images, labels = next(iter(test_loader))
    images, labels = images[:3], labels[:3]
    with torch.no_grad():
        maps = torch.relu(model.conv1(images))     # 3 x 32 x 32 x 32
    torch.save({"filters": w, "images": images * 0.5 + 0.5, "labels": labels, "maps": maps}, os.path.join(RESULTS, "3c.pt"))
    print("filters:", tuple(w.shape), "maps:", tuple(maps.shape))
