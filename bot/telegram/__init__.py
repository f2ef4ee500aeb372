"""Between the bot and Telegram: sending, showing that it works, and how updates arrive."""
