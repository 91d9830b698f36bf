"""python -m hw1            run everything
python -m hw1 1b 2a      run some parts"""
from __future__ import annotations

import argparse
import logging

from . import problem1, problem2, problem3

PARTS = {
    "1a": problem1.part_a, "1b": problem1.part_b, "1c": problem1.part_c,
    "2a": problem2.part_a, "2b": problem2.part_b, "2c": problem2.part_c,
    "3a": problem3.part_a, "3b": problem3.part_b, "3c": problem3.part_c,
    "bonus": problem3.bonus,
}


def main() -> None:
    ap = argparse.ArgumentParser(prog="hw1", description=__doc__)
    ap.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s | %(message)s", datefmt="%H:%M:%S")
    for key in args.parts or PARTS:
        logging.getLogger("hw1").info("=== part %s ===", key)
        PARTS[key]()


if __name__ == "__main__":
    main()
