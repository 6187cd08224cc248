"""The installed program: ``offprint``, or ``python -m offprint``."""

import sys

from offprint.cli import run

if __name__ == "__main__":
    run(sys.argv[1:])
