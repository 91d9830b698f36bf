"""All that a student's sandbox sees of the grader.

Imports only itself, the standard library, torch, numpy, matplotlib and safetensors: never labels, thresholds,
the rubric or a reference.
"""
