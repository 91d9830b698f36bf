"""The corpus of attacks in `tests/submissions/hostile`: read, written as a class's download, graded, looked after."""
