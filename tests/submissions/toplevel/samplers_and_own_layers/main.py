"""Deep Learning, tarea 1.

Uso:
    python main.py                     # todo
    python main.py --parts 1a 2b       # sólo algunas partes
    python main.py --config otra.json
"""
import argparse
import json
import os
import random

import matplotlib
matplotlib.use("Agg")      # las figuras se guardan en archivos

import numpy as np
import torch

import problem1
import problem2
import problem3

PARTS = {
    "1a": problem1.part_a, "1b": problem1.part_b, "1c": problem1.part_c,
    "2a": problem2.part_a, "2b": problem2.part_b, "2c": problem2.part_c,
    "3a": problem3.part_a, "3b": problem3.part_b, "3c": problem3.part_c,
}


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default=os.path.join(here, "config.json"))
    parser.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=sorted(PARTS))
    args = parser.parse_args()

    with open(args.config, encoding="utf8") as f:
        cfg = json.load(f)
    os.makedirs(cfg["out"], exist_ok=True)
    for name in args.parts:
        # cada parte empieza con la misma semilla
        random.seed(cfg["seed"])
        np.random.seed(cfg["seed"])
        torch.manual_seed(cfg["seed"])
        PARTS[name](cfg)


if __name__ == "__main__":
    main()
