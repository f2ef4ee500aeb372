"""The database: articles, revisions, sentence offsets and vectors already computed. All SQL of this package stands in this room.

In and out: domain types and arrays. The same code runs on SQLite (WAL) and PostgreSQL. Imported by ``index.build`` alone.
"""
