"""What every set of tables in the database has in common: how constraints are named, and a number that the database gives. Also for bot.store."""

from sqlalchemy import BigInteger, Integer, MetaData

KEY = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only in a column declared INTEGER PRIMARY KEY."""


def new_metadata() -> MetaData:
    """An empty set of tables whose constraints have names, so that migrations can speak of them."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
