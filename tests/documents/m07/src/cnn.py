import torch
# plain / tall / fat, picked with --arch
ARCHS = {"plain": [(32,3),(64,3)], "tall": [(32,3)]*2+[(64,3)]*2+[(128,3)]*2, "fat": [(128,5),(256,5)]}
