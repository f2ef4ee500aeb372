"""How the tables came to be: one file a step, run by Alembic at the first start after an upgrade."""
