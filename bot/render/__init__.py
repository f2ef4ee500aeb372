"""From an answer to HTML that Telegram accepts. Pure: no clock, no network, no Telegram library."""
