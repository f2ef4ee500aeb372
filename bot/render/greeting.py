"""What the bot says when it is brought into a group. In: its name, and how to speak. Out: one short HTML message. Pure."""

from __future__ import annotations

from bot.language import Language
from bot.render.html import Html, escape


def greeting(username: str, words: Language) -> Html:
    """What it does, how it is spoken to, and who can change that."""
    return escape(
        "\n\n".join(
            (
                words.gettext("I answer questions about news coverage, and show the sentence that says so."),
                words.gettext("Ask with /ask, mention {bot}, or reply to what I said. I answer nothing else here.").format(
                    bot=f"@{username}"
                ),
                words.gettext("Admins choose with /settings who may ask and how much I show."),
            )
        )
    )
