"""The steps by which the bot's tables came to be; Alembic runs them in order."""
