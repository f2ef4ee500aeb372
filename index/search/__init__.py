"""From a question to sentences: the vector index, the lexical index, their fusion, the passages, and the files they live in."""
