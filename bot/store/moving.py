"""A group becomes a supergroup: another chat with another number. In: both numbers. Out: every row of the old one stands under the new one.

Whatever table holds a chat's number moves, by what ``tables.py`` says of its columns; no room has to remember to join. Where both chats have a
row that there can be only one of, the supergroup's stays: it was written later. Messages are counted anew in the supergroup, so what points at a
message of the old group (``message_id``, ``…_message_id``) would point at a stranger's: it is emptied, and a row that is about nothing but such a
message goes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint, and_, delete, exists, update

from bot.store.tables import A_CHAT, metadata


def holds_chat(column: Column[Any]) -> bool:
    """Whether it holds a chat's number."""
    return column.name == "chat_id" or column.info.get("holds") == A_CHAT["holds"]


def move_rows(connection: Connection, old: int, new: int) -> int:
    """Within the caller's transaction. Returns how many rows moved; the same call again moves none."""
    # Tables that others point at come last, as for a deletion.
    return sum(
        _move(connection, table, column, old, new)
        for table in reversed(metadata.sorted_tables)
        for column in table.columns
        if holds_chat(column)
    )


def _move(connection: Connection, table: Table, column: Column[Any], old: int, new: int) -> int:
    messages = [other for other in table.columns if other.name == "message_id" or other.name.endswith("_message_id")]
    if any(not message.nullable for message in messages):
        connection.execute(delete(table).where(column == old))
        return 0
    for others in _unique_beside(table, column):
        there = table.alias()
        same = and_(there.c[column.name] == new, *(there.c[other.name] == table.c[other.name] for other in others))
        connection.execute(delete(table).where(column == old, exists().where(same)))
    values = {column.name: new, **{message.name: None for message in messages}}
    return connection.execute(update(table).where(column == old).values(values)).rowcount


def _unique_beside(table: Table, column: Column[Any]) -> list[list[Column[Any]]]:
    """For each key or rule that lets a row stand once: the columns in it besides this one."""
    keys = [list(table.primary_key.columns)]
    keys += [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    return [[other for other in key if other is not column] for key in keys if column in key]
