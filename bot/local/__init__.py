"""The in-process Bot API: the local chat's Telegram, and the tests' fake Telegram. One piece of code, so that both refuse what Telegram refuses."""
