"""Every admin's command, button and delivery, tried by everybody who may not: refused, logged, nothing changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.commands import COMMANDS, Audience, for_audience
from bot.handlers.admin import BUTTONS
from bot.local.people import said
from bot.local.state import JSON, Chat
from bot.store.audit import Act, Outcome
from tests.flows.harness import text
from tests.flows.newsroom import Desk, newsroom

ARGUMENTS = {
    "add": "https://evil.example/",
    "feeds": "remove https://harbour.example/feed",
    "source": "@harbour",
    "pause": "Harbour News",
    "resume": "Harbour News",
    "remove": "ferry",
    "reindex": "full",
}
TYPED = [f"/{one.name} {ARGUMENTS.get(one.name, '')}".strip() for one in COMMANDS if one.audience is Audience.ADMINS]
"""Each command of the table with something to do; one that is new is in it of itself."""
TYPED += ["/sources pause Harbour News"]

Try = Callable[[Desk, str], tuple[JSON, Chat]]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with newsroom(tmp_path) as opened:
        yield opened


def _stranger(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    ben = desk.talk.ben
    chat = desk.talk.api.people.private_chat(ben)
    return desk.talk.api.people.writes(ben, chat, typed), chat


def _stranger_in_admin_group(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    return desk.talk.api.people.writes(desk.talk.ben, desk.group, typed), desk.group


def _ex_admin(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    chat = desk.talk.api.people.private_chat(desk.ex_admin)
    return desk.talk.api.people.writes(desk.ex_admin, chat, typed), chat


def _ex_admin_in_admin_group(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    """Owns the group, too: that is no right here."""
    return desk.talk.api.people.writes(desk.ex_admin, desk.group, typed), desk.group


def _anonymous(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    return desk.talk.api.groups.writes_anonymously(desk.group, said(typed)), desk.group


def _channel_post(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    length = len(typed.split(maxsplit=1)[0])
    content = {"text": typed, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}
    return desk.talk.api.people.posts(desk.channel, content), desk.channel


def _linked_channel(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    """What a channel posts comes into its discussion group by itself, with the channel as sender."""
    update = desk.talk.api.people.writes(desk.admin, desk.group, typed)
    update["message"] |= {"sender_chat": desk.channel.shown(), "is_automatic_forward": True}
    return update, desk.group


def _forwarded(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    """An admin passes on what somebody else wrote."""
    post = desk.talk.api.people.writes(desk.talk.ben, desk.elsewhere, typed)["message"]
    return desk.talk.api.people.forwards(desk.admin, desk.home, post), desk.home


def _via_bot(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    update = desk.talk.api.people.writes(desk.admin, desk.home, typed)
    update["message"]["via_bot"] = {"id": 5, "is_bot": True, "first_name": "Other"}
    return update, desk.home


def _bot(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    other = desk.talk.api.people.person("Robot", is_bot=True)
    return desk.talk.api.people.writes(other, desk.group, typed), desk.group


def _admin_elsewhere(desk: Desk, typed: str) -> tuple[JSON, Chat]:
    return desk.talk.api.people.writes(desk.admin, desk.elsewhere, typed), desk.elsewhere


TRYING: tuple[Try, ...] = (
    *(_stranger, _stranger_in_admin_group, _ex_admin, _ex_admin_in_admin_group, _anonymous, _channel_post),
    *(_linked_channel, _forwarded, _via_bot, _bot, _admin_elsewhere),
)
ALLOWED = {(_admin_elsewhere, "/admingroup")}
"""An admin marks any group."""


@pytest.mark.parametrize("trying", TRYING)
async def test_commands_of_somebody_who_may_not(desk: Desk, trying: Try) -> None:
    """Each is refused, a row in the log says so, nothing is changed, and nothing of the coverage is told."""
    before = desk.state()
    for number, typed in enumerate([what for what in TYPED if (trying, what) not in ALLOWED], start=1):
        update, chat = trying(desk, typed)
        replies = await desk.talk.happens(update, chat)
        assert desk.state() == before, typed
        refused = [row for row in desk.store.audit.newest(len(TYPED) + 1) if row.outcome is Outcome.REFUSED]
        assert len(refused) == number, typed
        row = refused[0]
        assert typed.startswith(f"/{row.act}")
        assert row.argument == typed.partition(" ")[2]
        assert len(replies) <= 1
        for reply in replies:
            assert not any(word in reply["text"] for word in ("Ada", str(desk.admin["id"]), "Port Arlen", "harbour.example")), typed


@pytest.mark.parametrize("who", ["stranger", "ex-admin", "admin elsewhere", "of a message that is gone"])
async def test_forged_presses(desk: Desk, who: str) -> None:
    """Data that a program made up is refused at the press, whoever it names and whatever it asks for; the presser is told, the log has it."""
    (listed,) = await desk.says("/feeds", desk.group)
    before = desk.state()
    for number, action in enumerate(sorted(BUTTONS), start=1):
        row = await _pressed_in_vain(desk, listed, action, who)
        assert desk.state() == before, action
        assert (row.act, row.outcome) == ("button", Outcome.REFUSED), action
        answered = desk.answers_to_presses()
        assert len(answered) == number, action
        assert answered[-1], action


async def _pressed_in_vain(desk: Desk, listed: JSON, action: str, who: str) -> Act:
    """Somebody presses made-up data. The newest row in the log, which is about that press."""
    key = str(desk.index.feeds()[0].key)
    data = f"adm:{action}:{key}:0"
    if who == "admin elsewhere":
        message = desk.talk.api.people.writes(desk.talk.ann, desk.elsewhere, "x")["message"]
        update = desk.talk.api.people.presses(desk.admin, message, data)
    else:
        user = {"stranger": desk.talk.ben, "ex-admin": desk.ex_admin}.get(who, desk.talk.ben)
        update = desk.talk.api.people.presses(user, listed, data)
        if who == "of a message that is gone":
            update["callback_query"] |= {"from": desk.admin}
            update["callback_query"]["message"] = {"chat": desk.elsewhere.shown(), "message_id": 1, "date": 0}
    assert await desk.talk.happens(update, desk.group) == []
    row = desk.store.audit.newest(1)[0]
    assert row.argument == data
    return row


@pytest.mark.parametrize(
    "data", ["adm:", "adm:nothing", "adm:yes:guess", "adm:yes", "adm:fpause:99", "adm:fpause:x:y", "adm:log:" + "9" * 40, "adm:stop"]
)
async def test_an_admin_presses_what_never_was(desk: Desk, data: str) -> None:
    """Made-up data does nothing even for an admin, and breaks nothing."""
    (listed,) = await desk.says("/log")
    before = desk.state()
    await desk.press(listed, data=data)
    assert desk.state() == before
    assert desk.store.audit.newest(1)[0].act == "button"


async def test_another_admins_question_is_not_answered(desk: Desk) -> None:
    """A question about deleting is its admin's alone, in its chat, once: nobody else's yes counts, and a second one neither."""
    (asked,) = await desk.says("/remove ferry", desk.group)
    yes = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for user in (desk.talk.ben, desk.ex_admin):
        await desk.press(asked, user=user)
    (elsewhere,) = await desk.says("/log")
    await desk.press(elsewhere, data=yes)
    assert {article.id for article in desk.index.articles()} == {"ferry", "bus"}
    await desk.press(asked, data=yes)
    assert {article.id for article in desk.index.articles()} == {"bus"}
    await desk.press(asked, data=yes)
    assert "answered before" in desk.answers_to_presses()[-1]


async def test_files_and_forwards_of_others_are_not_taken_in(desk: Desk) -> None:
    """A stranger's file is not read, an admin's file in a group is left alone, and a stranger's forward is a question like any other."""
    before = desk.state()
    people, ben = desk.talk.api.people, desk.talk.ben
    home = people.private_chat(ben)
    assert "only read text" in text(await desk.talk.happens(people.sends_file(ben, home, "a.txt", b"A new report."), home))
    assert await desk.talk.happens(people.sends_file(desk.admin, desk.group, "a.txt", b"A new report."), desk.group) == []
    post = people.posts(desk.channel, {"text": "Eleven were hurt."})["channel_post"]
    await desk.talk.happens(people.forwards(ben, home, post), home)
    assert desk.state() == before
    assert "getFile" not in desk.talk.methods_called()


def test_the_table_has_every_command_of_admins() -> None:
    """The commands that are tried above are all there are."""
    assert len(for_audience(Audience.ADMINS)) - len(for_audience(Audience.EVERYONE)) == len(TYPED) - 1 >= 12
