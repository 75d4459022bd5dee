"""Measures the build, the pages and the load that one server bears: `make bench`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
