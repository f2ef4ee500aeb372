"""Who is obeyed, decided without any Telegram."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.access import Asker, Reason, why_not

ADMINS = frozenset((7,))
AT_HOME = Asker(7, 7, is_private=True)
IN_GROUP = Asker(7, -5, is_group=True)


def test_an_admin_is_obeyed_at_home_and_in_a_marked_group() -> None:
    """There and nowhere else; a group counts when it is marked, or where any group will do."""
    assert why_not(AT_HOME, ADMINS, in_admin_group=False) is None
    assert why_not(IN_GROUP, ADMINS, in_admin_group=True) is None
    assert why_not(IN_GROUP, ADMINS, in_admin_group=False, any_group=True) is None
    assert why_not(IN_GROUP, ADMINS, in_admin_group=False) is Reason.ELSEWHERE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user_id": None}, Reason.NOBODY),
        ({"user_id": 8}, Reason.STRANGER),
        ({"is_bot": True}, Reason.BOT),
        ({"speaks_as_chat": True}, Reason.ANONYMOUS),
        ({"is_passed_on": True}, Reason.PASSED_ON),
        ({"chat_id": None}, Reason.ELSEWHERE),
        ({"chat_id": 9}, Reason.ELSEWHERE),
        ({"is_private": False}, Reason.ELSEWHERE),
    ],
)
def test_one_thing_amiss_is_enough(change: dict[str, object], reason: Reason) -> None:
    """Whatever is not plainly right is refused, in a marked group as well as anywhere."""
    asker = replace(AT_HOME, **change)  # type: ignore[arg-type]  # the fields by name
    assert why_not(asker, ADMINS, in_admin_group=False) is reason


def test_with_no_admins_nobody_is_obeyed() -> None:
    """An empty list is no admin, not everybody."""
    assert why_not(AT_HOME, frozenset(), in_admin_group=True, any_group=True) is Reason.STRANGER
