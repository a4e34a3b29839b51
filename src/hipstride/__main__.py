"""Run the command line as ``python -m hipstride``."""

from hipstride.cli import main

main()
