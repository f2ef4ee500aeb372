"""One file a step: its number, and what it brought."""
