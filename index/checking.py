"""Every invariant of a stored index, verified. In: the store and the generations. Out: what was checked, what was mended, what is broken.

The caller holds the writer's lock, so nothing changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.domain.upkeep import CheckReport, Finding, Severity
from index.errors import NewsError
from index.intake.pipeline import text_digest
from index.ports.articles import ArticleStore
from index.ports.search import Ids
from index.search.generations import Generations


def check(store: ArticleStore, generations: Generations, *, calibrated: bool) -> CheckReport:
    """Verify the database first, then what is derived from it."""
    checked = ["the database's own integrity", "sentences lie in order within their texts", "each sentence's digest is its text's"]
    findings = [Finding(Severity.BROKEN, what, "Restore a backup: `dateline restore FILE`.") for what in store.integrity()]
    current, faults = _sentences(store)
    findings += faults
    if not findings:
        checked += [
            "every sentence has a vector",
            "vector index and database hold the same sentences",
            "lexical index and database hold the same",
        ]
        checked += ["the files are what the manifest says"]
        try:
            findings += _derived(generations, current)
        except NewsError as error:
            findings.append(Finding(Severity.BROKEN, error.message, error.remedy))
    checked.append("the models are calibrated")
    if not calibrated:
        guess = "The model that judges relevance was never calibrated: confidence is a guess."
        findings.append(Finding(Severity.NOTICE, guess, "docs/decisions/0006-refusal.md says how it is fitted."))
    return CheckReport(tuple(checked), tuple(findings))


def _sentences(store: ArticleStore) -> tuple[Ids, list[Finding]]:
    """All current sentence ids, and what is wrong with any."""
    ids: list[Ids] = []
    wrong = 0
    for block in store.current():
        ids.append(block.rows.sentence_ids)
        wrong += sum(text_digest(text) != digest for text, digest in zip(block.texts, block.digests, strict=True))
    current = np.sort(np.concatenate(ids)) if ids else np.empty(0, dtype=np.int64)
    remedy = "Remove and ingest the articles again, or restore a backup."
    return current, [Finding(Severity.BROKEN, f"{wrong} sentences are not what was stored.", remedy)] if wrong else []


def _derived(generations: Generations, current: Ids) -> Iterator[Finding]:
    before = generations.current()
    behind = before is not None and before.lexical_sequence < generations.sequence
    generation = generations.follow()
    if behind:
        yield Finding(Severity.REPAIRED, "The lexical index lagged behind the database: a writer had been stopped. It is up to date now.")
    for part, index, mend in (
        ("vector", generation.vectors, generations.mend_vectors),
        ("lexical", generation.lexical, generations.mend_lexical),
    ):
        held = index.ids()
        missing, surplus = np.setdiff1d(current, held), np.setdiff1d(held, current)
        if len(missing) or len(surplus):
            mend(missing, surplus)
            what = f"The {part} index lacked {len(missing)} sentences and held {len(surplus)} that are gone. Both were put right."
            yield Finding(Severity.REPAIRED, what)
    generations.verify()
