"""The papers beside the code, and what makes their tables."""
