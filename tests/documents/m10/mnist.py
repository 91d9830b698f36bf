import torch, sys
from torch import nn

def perceptron(*n, act=nn.ReLU, drop=0.0):
    parts = [nn.Flatten()]
    for a, b in zip(n[:-2], n[1:-1]):
        parts += [nn.Linear(a, b), act(), nn.Dropout(drop)]
    return nn.Sequential(*parts, nn.Linear(n[-2], n[-1]))

if __name__ == "__main__":
    what = sys.argv[1]   # act, xor, deep, opt, reg
