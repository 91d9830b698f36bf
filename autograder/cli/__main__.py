"""`python -m autograder.cli`, the same as the `autograder` command."""

from autograder.cli import main

main()
