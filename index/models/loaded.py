"""What every loaded model knows of itself. A base for the adapters of this room; it must know nothing of any runtime."""

from __future__ import annotations


class LoadedModel:
    """A model's fingerprint and name, as the ports ask for them."""

    def __init__(self, *, fingerprint: str, name: str) -> None:
        self._fingerprint = fingerprint
        self._name = name

    @property
    def fingerprint(self) -> str:
        """Of the original's files, from which whatever is served was made."""
        return self._fingerprint

    @property
    def name(self) -> str:
        """The setting it was loaded from."""
        return self._name
