"""`python -m workers` is `kairos`."""

from workers.cli import main

main()
