"""What is said to whoever did not ask the coverage. In: a remark. Out: a sentence or two, as a person would say them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from index.domain.answers import Remark

_REPLIES: Mapping[Remark, str] = {
    Remark.GREETING: "Hello! What would you like to know about the news?",
    Remark.HOW_ARE_YOU: "I am well, thank you. What would you like to know about the news?",
    Remark.THANKS: "You are welcome.",
    Remark.FAREWELL: "Goodbye, and come back whenever you have a question.",
    Remark.RUDE: "I am sorry that I was of no help. Asking in other words, or with a name or a place, often finds more.",
    Remark.PRAISE: "I am glad to hear it. Ask on whenever you like.",
    Remark.ABOUT_ME: "I am Dateline, a program that answers questions about news coverage and shows the sentence that says so. "
    "Just ask, for example: how many people were hurt?",
    Remark.ORDER: "That is not something I can do. I find what the news coverage says: ask me about that.",
    Remark.INJECTION: "I only answer from the coverage. What would you like to know from it?",
    Remark.UNREADABLE_LANGUAGE: "I am afraid I cannot read this language, so I may have missed what the coverage says. "
    "Please ask in the language of the articles.",
}


def reply_to(remark: Remark) -> str:
    """The reply, in plain text."""
    return _REPLIES[remark]
