"""`python -m ros1tree`."""

from ros1tree.cli import main

main()
