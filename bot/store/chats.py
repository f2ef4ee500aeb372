"""What chats chose, in the database. In: a chat's number. Out: its settings. Blocking and short: call it off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from bot.chat_settings import Asking, ChatSettings, Length
from bot.store.database import reading, writing
from bot.store.tables import chats


class Chats:
    """Settings by chat. Safe for several threads. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def settings(self, chat_id: int) -> ChatSettings:
        """What was chosen there; the defaults where nothing was."""
        with reading(self._engine, "reading a chat's settings") as connection:
            row = connection.execute(select(chats).where(chats.c.id == chat_id)).one_or_none()
        if row is None:
            return ChatSettings()
        default = ChatSettings()
        return ChatSettings(
            language=row.language,
            length=Length(row.length) if row.length else default.length,
            asking=Asking(row.asking) if row.asking else default.asking,
        )

    def choose(self, chat_id: int, settings: ChatSettings) -> None:
        """Keep what was chosen."""
        values = {
            "language": settings.language,
            "length": settings.length.value,
            "asking": settings.asking.value,
            "changed_at": int(self._now().timestamp()),
        }
        with writing(self._engine, "keeping a chat's settings") as connection:
            if not connection.execute(update(chats).where(chats.c.id == chat_id).values(values)).rowcount:
                connection.execute(insert(chats).values(id=chat_id, **values))

    def forget(self, chat_id: int) -> None:
        """Back to the defaults."""
        with writing(self._engine, "forgetting a chat's settings") as connection:
            connection.execute(delete(chats).where(chats.c.id == chat_id))
