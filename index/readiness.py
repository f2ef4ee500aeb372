"""Can questions be answered from this index? In: its folder, how far the database is, the set encoder. Out: nothing, or the error that says why not.

For health checks, so it is quick and changes nothing: no model is loaded, no index opened, no vector file read. Called by ``index.build``;
``index.checking`` is the thorough sister.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.errors import EncoderMismatchError, IndexDamagedError, IndexNotBuiltError
from index.search.manifest import Manifest, read_manifest
from index.search.vectors_files import SavedVectors, check_sizes

_LOOKS = 3
"""A save or a reindex may put new files in the place of old ones between two looks; it does not do so three times in a row."""


def require_index(folder: Path, *, sequence: int, fingerprint: Callable[[], str]) -> None:
    """Where the database has ever held anything, there is an index; its files are whole, and the encoder is the one that built it.

    sequence: the database's last change, 0 for none. fingerprint: of the encoder that is set; asked only if there is an index.
    Raises IndexNotBuiltError, IndexDamagedError, EncoderMismatchError, and what ``fingerprint`` raises.
    """
    manifest = _look(folder)
    if manifest is None:
        if sequence:
            raise IndexNotBuiltError(
                f"The database has articles, and there is no index of them in {folder}.", remedy="Run `dateline reindex`."
            )
        return
    found = fingerprint()
    if manifest.encoder_fingerprint != found:
        raise EncoderMismatchError(
            f"The index was built with the encoder {manifest.encoder_name} ({manifest.encoder_fingerprint}), "
            f"and the one that is set is another ({found}).",
            remedy="Set DATELINE_INDEX__ENCODER back, or run `dateline reindex --full`.",
        )


def _look(folder: Path) -> Manifest | None:
    """The manifest of the generation that serves, its files of the right sizes; None if there is no generation."""
    for look in range(1, _LOOKS + 1):
        try:
            name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
            manifest = read_manifest(folder / name)
            check_sizes(folder / name, SavedVectors.from_json(manifest.vectors))
        except FileNotFoundError:
            return None
        except IndexDamagedError:
            if look == _LOOKS:
                raise
        else:
            return manifest
    raise AssertionError("unreachable")
