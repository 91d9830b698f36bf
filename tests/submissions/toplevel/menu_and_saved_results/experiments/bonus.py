import torch
import torch.nn as nn
from tabulate import tabulate
from torchvision import models, transforms

from utils.common import load_json, run_training, save_csv, save_json
from utils.data import cifar_loaders


class ResNetClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)
        self.backbone.fc = nn.Linear(self.backbone.fc.in_features, 10)

    def forward(self, x):
        return torch.log_softmax(self.backbone(x), dim=1)


def run(args):
    norm = transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    train_tf = transforms.Compose([transforms.Resize(128), transforms.RandomHorizontalFlip(), transforms.ToTensor(), norm])
    test_tf = transforms.Compose([transforms.Resize(128), transforms.ToTensor(), norm])
    train_loader, test_loader = cifar_loaders(args, train_tf, test_tf)

    model = ResNetClassifier().to(args.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.005, momentum=0.9, weight_decay=5e-4)
    log = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 5, "ResNet18")
    save_json("bonus", log)

    rows = [{"model": "ResNet18 (fine-tuned)", "test accuracy (%)": round(log["test_acc"][-1], 2)}]
    try:
        rows.insert(0, {"model": "CNN of 3A", "test accuracy (%)": round(load_json("3a")["final_test_acc"], 2)})
    except FileNotFoundError:
        print("run --part 3a first to compare")
    save_csv("bonus_table", rows)
    print(tabulate(rows, headers="keys", tablefmt="github"))
