"""Measurements run by hand, and the quality gate that CI runs. Results go to docs/decisions and the README."""
