"""Everything about Telegram. Imports the coverage through its front door (``index``), never the reverse."""
