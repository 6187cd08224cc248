#!/usr/bin/env python3
"""The build script: hands over to offprint.cli, with the folder that it stands in as the project."""

import os
import sys
from pathlib import Path

from offprint.cli import main

if __name__ == "__main__":
    code = main(sys.argv[1:], Path(__file__).resolve().parent)
    os._exit(code)  # a large archive is millions of objects: taking each apart would take half a second
