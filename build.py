#!/usr/bin/env python3
"""Offprint for the archive in this folder: hands over to offprint.cli, as the installed program does."""

import sys
from pathlib import Path

from offprint.cli import run

if __name__ == "__main__":
    run(sys.argv[1:], Path(__file__).resolve().parent)
