"""What the public and the hidden checks of an assignment share: comparisons on the grader's side."""
