"""Several rooms together, over real parts: databases, indexes, models, processes."""
