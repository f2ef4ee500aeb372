"""When calls may go to Telegram: its limits, in whatever order calls come and whatever it refuses."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.pace import BROADCAST, BURST, GROUP, OVERALL, Call, ChatId, Kind, Pace, Priority

PRIVATE, GROUP_CHAT = 7, -7


def message(chat: ChatId | None = PRIVATE, priority: Priority = Priority.ANSWER) -> Call:
    return Call(Kind.MESSAGE, chat, priority)


def run(pace: Pace, calls: list[tuple[float, Call]], *, takes_s: float = 0.0, until: float = 10_000.0) -> list[tuple[float, Call]]:
    """Every call asked for at its time, each under way for ``takes_s``; when each went."""
    arrivals, now = sorted(calls, key=lambda one: one[0]), 0.0
    gone: list[tuple[float, Call]] = []
    under_way: list[tuple[float, Call]] = []
    while now < until:
        while arrivals and arrivals[0][0] <= now:
            pace.ask(arrivals.pop(0)[1])
        for ended in [one for one in under_way if one[0] <= now]:
            under_way.remove(ended)
            pace.done(ended[1])
        went, look_again = pace.let_go(now)
        gone += [(now, call) for call in went]
        under_way += [(now + takes_s, call) for call in went]
        moments = [look_again, *(at for at, _ in arrivals[:1]), *(at for at, _ in under_way)]
        if min(moments) == math.inf:
            break
        now = max(now, min(moments))
    return gone


chats = st.sampled_from([1, 2, 3, -1, -2, "@channel", None])
requests = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.builds(Call, st.sampled_from(Kind), chats, st.sampled_from(Priority)),
    ),
    max_size=120,
)


@settings(deadline=None, max_examples=150)
@given(requests, st.sampled_from([0.0, 0.05, 0.7]))
def test_no_limit_is_ever_passed_and_nothing_is_left_behind(calls: list[tuple[float, Call]], takes_s: float) -> None:
    """In any second thirty messages at most, in any minute twenty to a group, to a chat a burst and then one a second; and all go in the end."""
    pace = Pace()
    gone = run(pace, calls, takes_s=takes_s)
    assert len(gone) == len(calls)
    assert pace.waiting == 0
    sent = [(at, call) for at, call in gone if call.kind is Kind.MESSAGE]
    for (first, _), (later, _) in zip(sent, sent[OVERALL:], strict=False):
        assert later >= first + 1.0
    by_chat: dict[ChatId, list[float]] = defaultdict(list)
    for at, call in sent:
        if call.chat is not None:
            by_chat[call.chat].append(at)
    for chat, times in by_chat.items():
        for start in range(len(times)):
            for end in range(start, len(times)):
                assert end - start + 1 <= BURST + (times[end] - times[start]) + 1e-6
        if chat in (-1, -2, "@channel"):
            assert all(later >= first + 60.0 for first, later in zip(times, times[GROUP:], strict=False))


@settings(deadline=None, max_examples=100)
@given(requests)
def test_within_a_chat_messages_of_one_priority_keep_their_order(calls: list[tuple[float, Call]]) -> None:
    """What was said first arrives first, and a message goes only when the one before it has arrived."""
    calls = sorted(calls, key=lambda one: one[0])
    asked = {call: place for place, (_, call) in enumerate(calls)}
    takes_s = 0.3
    lanes: dict[tuple[ChatId, Priority], list[tuple[float, Call]]] = defaultdict(list)
    for at, call in run(Pace(), calls, takes_s=takes_s):
        if call.kind is Kind.MESSAGE and call.chat is not None:
            lanes[call.chat, call.priority].append((at, call))
    for lane in lanes.values():
        for (first_at, first), (later_at, later) in pairwise(lane):
            assert asked[first] < asked[later]
            assert later_at >= first_at + takes_s


@settings(deadline=None, max_examples=100)
@given(requests, st.floats(0, 20), st.sampled_from([1, 2, 3, -1, -2]), st.integers(1, 40))
def test_nothing_goes_to_a_chat_within_its_wait_and_others_are_not_held_up(
    calls: list[tuple[float, Call]], at: float, chat: int, wait_s: int
) -> None:
    """A refusal stops every kind of call to that chat for as long as Telegram said; other chats go as if nothing had happened."""
    refused, free = Pace(), Pace()
    assert not refused.refused(message(chat), at, wait_s)
    gone = run(refused, calls)
    assert all(when >= at + wait_s for when, call in gone if call.chat == chat)
    others = [call for call in calls if call[1].chat != chat]
    alone = {call: when for when, call in run(free, others)}
    for when, call in gone:
        if call.chat != chat and len(calls) <= OVERALL:  # more could be held up by the overall limit, at another time
            assert when == alone[call]


def test_a_refusal_without_a_chat_stops_all() -> None:
    """A 429 for a call that belongs to no chat is the whole bot's."""
    pace = Pace()
    assert pace.refused(Call(Kind.OTHER, None), 0.0, 5.0)
    assert [at for at, _ in run(pace, [(1.0, message(1)), (1.0, Call(Kind.OTHER, 2))])] == [5.0, 5.0]


def test_two_chats_refused_together_stop_all_for_the_shorter_wait() -> None:
    """Telegram does not say what a 429 is for; two chats at once are taken for the bot as a whole, carefully."""
    pace = Pace()
    assert not pace.refused(message(1), 0.0, 30.0)
    assert pace.refused(message(2), 1.0, 10.0)
    assert run(pace, [(2.0, message(3))])[0][0] == 11.0
    assert pace.free_at(message(1)) == 30.0


def test_two_chats_refused_at_different_times_are_two_refusals() -> None:
    """Long after the first refusal, a second one is that chat's own."""
    pace = Pace()
    pace.refused(message(1), 0.0, 300.0)
    assert not pace.refused(message(2), 60.0, 10.0)
    assert run(pace, [(61.0, message(3))])[0][0] == 61.0


def test_answers_go_before_broadcasts_and_always_find_room() -> None:
    """With hundreds of updates to subscribers waiting, an answer goes at once."""
    calls = [(0.0, message(chat, Priority.BROADCAST)) for chat in range(1, 201)]
    answers = [(0.5, message(1000)), (1.5, message(1001)), (0.0, message(1002))]
    gone = run(Pace(), calls + answers)
    assert gone[0][1] is answers[2][1]
    assert {call: at for at, call in gone}[answers[0][1]] == 0.5
    assert {call: at for at, call in gone}[answers[1][1]] == 1.5
    assert sum(at < 1.0 and call.priority is Priority.BROADCAST for at, call in gone) == BROADCAST


def test_an_answer_does_not_wait_for_an_update_to_arrive() -> None:
    """Telegram may take a minute over one; the next update to that chat waits, for answers too."""
    calls = [(0.0, message(priority=Priority.BROADCAST)), (1.0, message(priority=Priority.BROADCAST)), (2.0, message()), (3.0, message())]
    gone = {call: at for at, call in run(Pace(), calls, takes_s=60.0)}
    assert [gone[call] for _, call in calls] == [0.0, 122.0, 2.0, 62.0]


def test_what_came_back_goes_again_before_what_came_later() -> None:
    """A message that is repeated keeps its place and its chat."""
    pace, first, second = Pace(), message(), message()
    pace.ask(first)
    assert pace.let_go(0.0)[0] == [first]
    pace.ask(second)
    assert pace.let_go(0.0)[0] == []
    pace.ask(first, again=True)
    assert pace.let_go(1.0)[0] == [first]
    pace.done(first)
    assert pace.let_go(1.0)[0] == [second]


def test_a_withdrawn_call_never_goes() -> None:
    """Whoever gave up waiting is not answered after all."""
    pace, call = Pace(), message()
    pace.ask(call)
    pace.withdraw(call)
    assert pace.let_go(0.0) == ([], math.inf)
    pace.withdraw(call)


@pytest.mark.parametrize("chat", [PRIVATE, GROUP_CHAT])
def test_what_is_not_a_message_is_not_counted(chat: int) -> None:
    """Typing signs and answers to buttons use up nothing."""
    gone = run(Pace(), [(0.0, Call(kind, chat)) for kind in (Kind.ACTION, Kind.OTHER) for _ in range(100)] + [(0.0, message(chat))])
    assert {at for at, _ in gone} == {0.0}


def test_without_limits_only_refusals_are_waited_for() -> None:
    """Where no Telegram counts, everything goes at once and in order; what was refused still waits."""
    pace = Pace(counts=False)
    calls = [message(chat) for chat in (GROUP_CHAT, PRIVATE) for _ in range(50)]
    assert [call for at, call in run(pace, [(0.0, call) for call in calls]) if at == 0.0] == [
        call for pair in zip(calls[:50], calls[50:], strict=True) for call in pair
    ]
    pace.refused(calls[0], 0.0, 5.0)
    assert [at for at, _ in run(pace, [(1.0, message(GROUP_CHAT))])] == [5.0]


def test_idle_chats_are_forgotten() -> None:
    """Memory does not grow with everybody who ever wrote; a chat that still has to wait is kept."""
    pace = Pace()
    pace.refused(message(-1), 0.0, 100_000.0)
    for number in range(5000):
        call = message(number + 1)
        pace.ask(call)
        assert pace.let_go(number * 1.0)[0] == [call]
        pace.done(call)
    assert len(pace._chats) < 1200
    assert pace.free_at(message(-1)) == 100_000.0


def test_a_broadcast_knows_how_much_room_there_is() -> None:
    """What went in the last second and what waits are counted, answers keep their share, and a full second says when it is over."""
    pace = Pace()
    assert pace.room(Priority.BROADCAST, 0.0) == (BROADCAST, 0.0)
    for chat in range(1, 11):
        pace.ask(message(chat, Priority.BROADCAST))
    assert pace.room(Priority.BROADCAST, 0.0) == (BROADCAST - 10, 0.0)
    pace.let_go(0.0)
    assert pace.room(Priority.BROADCAST, 0.5) == (BROADCAST - 10, 0.5)
    for chat in range(11, 31):
        pace.ask(message(chat))
    pace.let_go(0.5)
    assert pace.room(Priority.BROADCAST, 0.5) == (0, 1.0)
    assert pace.room(Priority.BROADCAST, 1.0) == (OVERALL - 20, 1.0)


def test_there_is_no_room_while_the_whole_bot_is_refused() -> None:
    """A refusal that holds for all is heeded before anything is claimed."""
    pace = Pace()
    pace.refused(Call(Kind.OTHER, None), 0.0, 7.0)
    assert pace.room(Priority.BROADCAST, 1.0) == (0, 7.0)
