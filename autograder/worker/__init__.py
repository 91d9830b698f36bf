"""The only part of the grader that a student's sandbox sees.

It imports only itself, the standard library, torch, numpy, matplotlib and safetensors: never labels, thresholds,
the rubric or a reference.
"""
