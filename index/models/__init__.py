"""Model files and what runs them. In: a setting that names a model. Out: an Encoder or a Reranker. Imported by ``index.build`` alone."""
