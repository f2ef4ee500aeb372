"""Vectors by encoder and sentence text, so that no sentence is encoded twice: not after a revision, not in a rebuild, not by another replica.

Kept as 16-bit floats: half the size, and the cosine to the original stays above 0.99999. What reads them back gets unit vectors in 32 bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from index.ports.models import Encoder, Vectors
from index.store.tables import embeddings, encoders

_LOOKUP = 500
"""Digests in one query: well below every database's limit on parameters."""


def encoder_id(connection: Connection, encoder: Encoder, *, create: bool = False) -> int | None:
    """The database's number for this encoder; None if it has none yet and ``create`` is off."""
    found = connection.execute(select(encoders.c.id).where(encoders.c.fingerprint == encoder.fingerprint)).scalar()
    if found is None and create:
        row = {"fingerprint": encoder.fingerprint, "name": encoder.name, "dimension": encoder.dimension}
        key = connection.execute(encoders.insert().values(row)).inserted_primary_key
        return int(key[0]) if key else None
    return found


def load(connection: Connection, encoder: Encoder, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
    """Known vectors, shape (dimension,), by digest."""
    number = encoder_id(connection, encoder)
    found: dict[bytes, Vectors] = {}
    if number is None:
        return found
    for start in range(0, len(digests), _LOOKUP):
        some = digests[start : start + _LOOKUP]
        query = select(embeddings.c.digest, embeddings.c.vector).where(embeddings.c.encoder_id == number, embeddings.c.digest.in_(some))
        for digest, vector in connection.execute(query):
            found[bytes(digest)] = _unpack(vector)
    return found


def save(connection: Connection, encoder: Encoder, vectors: Mapping[bytes, Vectors]) -> None:
    """Keep these; known ones are passed over."""
    if not vectors:
        return
    number = encoder_id(connection, encoder, create=True)
    rows = [{"encoder_id": number, "digest": digest, "vector": _pack(vector)} for digest, vector in vectors.items()]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(embeddings).on_conflict_do_nothing(), rows)


def _pack(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f2").tobytes()


def _unpack(data: bytes) -> Vectors:
    vector = np.frombuffer(data, dtype="<f2").astype(np.float32)
    vector /= np.linalg.norm(vector)
    return vector
