"""Questions to the rows that must all come back empty."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, text

from index.store.tables import articles, copy_marks, revisions, sentences, wordings


def find_faults(connection: Connection) -> list[str]:
    """What is wrong, a sentence each."""
    faults = []
    if connection.dialect.name == "sqlite":
        verdicts = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(3)"))]
        faults += [f"SQLite finds its file damaged: {verdict}." for verdict in verdicts if verdict != "ok"]
    current = (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision)
    of_revision = (
        (sentences.c.article_key == revisions.c.article_key)
        & (sentences.c.revision == revisions.c.number)
        & (sentences.c.id >= revisions.c.first_sentence_id)
        & (sentences.c.id < revisions.c.first_sentence_id + revisions.c.sentence_count)
    )
    questions = {
        "articles have no text": select(func.count())
        .select_from(articles)
        .outerjoin(revisions, current)
        .where(revisions.c.number.is_(None)),
        "sentences belong to no text": select(func.count())
        .select_from(sentences)
        .outerjoin(revisions, of_revision)
        .where(revisions.c.number.is_(None)),
        "sentences reach beyond their text": select(func.count())
        .select_from(sentences)
        .join(revisions, of_revision)
        .where((sentences.c.start < 0) | (sentences.c.end <= sentences.c.start) | (sentences.c.end > func.length(revisions.c.text))),
    }
    following = sentences.alias()
    questions["sentences overlap"] = (
        select(func.count())
        .select_from(sentences)
        .join(following, (following.c.id == sentences.c.id + 1) & (following.c.article_key == sentences.c.article_key))
        .where((following.c.revision == sentences.c.revision) & (following.c.start < sentences.c.end))
    )
    counted = select(func.count()).where(of_revision).scalar_subquery()
    questions["texts lack some of their sentences"] = (
        select(func.count()).select_from(revisions).where(counted != revisions.c.sentence_count)
    )
    first = articles.alias()
    questions["groups of copies lack their first article"] = (
        select(func.count(articles.c.copy_group.distinct()))
        .select_from(articles)
        .outerjoin(first, (first.c.key == articles.c.copy_group) & (first.c.copy_group == first.c.key))
        .where(articles.c.copy_group.is_not(None), first.c.key.is_(None))
    )
    questions["marks were left by no article"] = (
        select(func.count())
        .select_from(copy_marks)
        .outerjoin(wordings, wordings.c.article_key == copy_marks.c.article_key)
        .where(wordings.c.article_key.is_(None))
    )
    for what, question in questions.items():
        number = connection.execute(question).scalar() or 0
        if number:
            faults.append(f"{number} {what}.")
    return faults
