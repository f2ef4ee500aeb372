"""Dateline's tests: a folder for each kind; CONTRIBUTING.md says which is which."""
