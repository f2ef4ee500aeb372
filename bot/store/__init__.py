"""What the bot remembers of chats and people, in the database of the coverage but in tables of its own. SQL stands here and in index.store only."""
