import torch
from models import MLP, SmallVGG, SmallRes
# python run_all.py 1b 2a 2b 2c 3a 3b bonus
