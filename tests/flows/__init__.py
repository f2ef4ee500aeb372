"""People talking to the real Application; Telegram is the in-process Bot API."""
