"""Convenience for those who don't want to install: `python run.py` == `python -m hw1 all`."""
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent / "src"))
from hw1.__main__ import main
if __name__ == "__main__":
    main(sys.argv[1:] or ["all"])
