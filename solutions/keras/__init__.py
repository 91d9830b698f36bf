"""The reference solutions in Keras 3, with PyTorch computing for it (KERAS_BACKEND=torch).

The same functions as in PyTorch, a module a problem; what is graded is compared with the PyTorch ones.
"""
