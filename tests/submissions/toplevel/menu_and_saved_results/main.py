"""Homework 1 - entry point."""
import argparse

from utils.common import get_device, set_seed
from experiments import problem1, problem2, problem3, bonus
import plot_results

PARTS = {
    "1a": ("MLP on MNIST", problem1.part_a),
    "1b": ("Activation functions", problem1.part_b),
    "1c": ("XOR", problem1.part_c),
    "2a": ("Optimizers", problem2.part_a),
    "2b": ("Gradients", problem2.part_b),
    "2c": ("Regularization", problem2.part_c),
    "3a": ("CNN on CIFAR-10", problem3.part_a),
    "3b": ("CNN architectures", problem3.part_b),
    "3c": ("Filters and activation maps", problem3.part_c),
    "bonus": ("Transfer learning", bonus.run),
}


def parse_args():
    p = argparse.ArgumentParser(description="Deep Learning HW1")
    p.add_argument("--part", default="all", choices=["all"] + list(PARTS), help="which part to run")
    p.add_argument("--batch-size", type=int, default=64)
    p.add_argument("--epochs", type=int, default=None, help="overrides the epochs of every part (for quick tests)")
    p.add_argument("--data-dir", default="./data")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--menu", action="store_true", help="ask what to run")
    p.add_argument("--no-plots", action="store_true")
    return p.parse_args()


def menu():
    for key, (title, _) in PARTS.items():
        print(f"  {key:>5}  {title}")
    choice = input("Part (or 'all'): ").strip().lower()
    return choice if choice in PARTS else "all"


def main():
    args = parse_args()
    if args.menu:
        args.part = menu()
    args.device = get_device()
    print("Device:", args.device)

    todo = list(PARTS) if args.part == "all" else [args.part]
    for key in todo:
        title, func = PARTS[key]
        print(f"\n{'=' * 60}\nPart {key.upper()}: {title}\n{'=' * 60}")
        set_seed(args.seed)
        func(args)
        if not args.no_plots:
            plot_results.draw(key)


if __name__ == "__main__":
    main()
