#!/usr/bin/env python3
"""The build script: hands over to offprint.cli, with the folder that it stands in as the project."""

import sys
from pathlib import Path

from offprint.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
