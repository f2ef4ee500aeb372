"""What the coverage is made of, and what an answer is.

Frozen dataclasses on the standard library alone; every room of this package speaks in these types. Offsets are code points into the stored
article text, end exclusive. Times are aware and in UTC. Nothing here touches a disk, a clock or a model.

``articles`` · ``passages``: what a search finds · ``answers`` · ``ingest`` · ``feeds`` · ``upkeep``: checks, rebuilds, counts.
"""
