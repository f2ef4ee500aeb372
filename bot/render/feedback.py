"""What people called wrong, for those who run the bot. In: feedback, newest first. Out: messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.html import Html, bold, escape, italic, messages, quote
from bot.render.text import clip, tidy
from bot.stored_answer import Feedback

MAX_QUESTION_UNITS = 200
MAX_ANSWER_UNITS = 300


def render_feedback(said: Sequence[Feedback], words: Language) -> list[Html]:
    """Each question with what was answered, when, and from which coverage."""
    if not said:
        return [escape(words.gettext("Nobody has called an answer wrong."))]
    return messages(_one(one, words) for one in said)


def _one(one: Feedback, words: Language) -> Html:
    lines = [bold(escape(tidy(one.question, MAX_QUESTION_UNITS) or "?"))]
    if one.understood != one.question:
        understood = tidy(one.understood, MAX_QUESTION_UNITS) or "?"
        lines.append(italic(escape(words.gettext("Understood as: {question}").format(question=understood))))
    lines.append(quote(escape(_answered(one, words)), folded=True))
    lines.append(escape(f"{words.minute(one.given_at)} · {one.version}"))
    return Html("\n".join(lines))


def _answered(one: Feedback, words: Language) -> str:
    if one.answer is None:
        return words.gettext("The answer was stored by another version and cannot be read.")
    said = "; ".join(short.text for short in one.answer.short) or next((each.quote for each in one.answer.citations), "")
    head = f"{one.answer.status} · {one.answer.confidence:.2f}"
    return f"{head} · {clip(' '.join(said.split()), MAX_ANSWER_UNITS)}" if said else head
