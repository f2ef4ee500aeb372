"""The lexical index among processes, kills and damaged files."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import tantivy

from index.errors import IndexDamagedError, StorageError, WriterBusyError
from index.search.lexical import TantivyLexicalIndex
from tests.contract.lexical_oracle import found, put, rows, some

spawn = multiprocessing.get_context("spawn")

TEXTS = {i: f"Strike number {i} hit the bridge." for i in range(300)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with ``TEXTS`` in two commits, and one sentence of them removed."""
    folder = tmp_path / "lexical"
    with TantivyLexicalIndex.create(folder) as index:
        put(index, {i: text for i, text in TEXTS.items() if i < 200})
        put(index, {i: text for i, text in TEXTS.items() if i >= 200} | {300: "A bridge too many."})
        index.remove(some(300))
        index.commit()
    return folder


def started(target: Callable[[Path, Connection], None], folder: Path) -> tuple[BaseProcess, Connection]:
    """A process that runs ``target``, and what it says."""
    hears, says = spawn.Pipe(duplex=False)
    process = spawn.Process(target=target, args=(folder, says), daemon=True)
    process.start()
    says.close()
    return process, hears


# Several processes


def write_in_turns(folder: Path, says: Connection) -> None:
    """A process that commits ten sentences at a time and says so, until it is ended."""
    with TantivyLexicalIndex.open(folder) as index:
        for start in range(1000, 100_000, 10):
            put(index, {i: f"Sentence {i} about a ferry." for i in range(start, start + 10)})
            says.send(len(index))


def write_without_commit(folder: Path, says: Connection) -> None:
    """A process that has added and removed much, and waits to be killed before it commits."""
    index = TantivyLexicalIndex.open(folder)
    index.add(rows(range(1000, 31_000)), ["A ferry sank near the harbour after a collision with a tanker."] * 30_000)
    index.remove(some(*range(100)))
    says.send("added")
    signal.pause()


def read_when_asked(folder: Path, hears: Connection, says: Connection) -> None:
    """A process that opens the index once and counts ferries each time it is asked."""
    with TantivyLexicalIndex.open(folder, writable=False) as index:
        says.send(len(found(index, "ferry", 10**6)))
        while hears.recv():
            says.send(len(found(index, "ferry", 10**6)))


def test_a_reader_in_another_process_sees_each_commit(folder: Path) -> None:
    """A process that has the index open finds what this one has committed, at its next search, and nothing before."""
    asked, ask = spawn.Pipe(duplex=False)
    hears, says = spawn.Pipe(duplex=False)
    process = spawn.Process(target=read_when_asked, args=(folder, asked, says), daemon=True)
    process.start()
    assert hears.recv() == 0
    with TantivyLexicalIndex.open(folder) as index:
        for ferries in (1, 2, 3):
            index.add(rows([1000 + ferries]), ["A ferry sank."])
            ask.send(True)
            assert hears.recv() == ferries - 1
            index.commit()
            ask.send(True)
            assert hears.recv() == ferries
    ask.send(False)
    process.join(10)
    assert process.exitcode == 0


def test_a_reader_keeps_up_with_a_busy_writer(folder: Path) -> None:
    """While another process commits and merges without pause, every search works and sees whole commits, never fewer than before."""
    with TantivyLexicalIndex.open(folder, writable=False) as index:
        process, hears = started(write_in_turns, folder)
        counts = []
        while hears.recv() < 300 + 25 * 10:
            counts += [len(found(index, "ferry", 10**6)) for _ in range(5)]
        process.kill()
        process.join()
    assert counts == sorted(counts)
    assert all(count % 10 == 0 for count in counts)
    assert counts[-1] >= 200


def write_on_a_full_disk(folder: Path, says: Connection) -> None:
    """A process whose files may not grow beyond 50 kB for a while; it says what it was told, and what is there then and after one more commit."""
    with TantivyLexicalIndex.open(folder) as index:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
        try:
            put(index, {i: f"Ferry {i} sank {i * 7} metres from the {i * 13}th pier." for i in range(1000, 21_000)})
        except StorageError as error:
            says.send(error.message)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        says.send(len(index))
        put(index, {1000: "A ferry sank."})
        says.send(len(index))


def test_a_full_disk_costs_only_what_was_not_committed(folder: Path) -> None:
    """When a file cannot be written, the caller is told, the last commit stands, the lock is free, and the next write works."""
    process, hears = started(write_on_a_full_disk, folder)
    assert "could not be written" in hears.recv()
    assert (hears.recv(), hears.recv()) == (300, 301)
    process.join()


def test_two_writers_do_not_meet(folder: Path) -> None:
    """While one has something uncommitted another is told so, and may write afterwards; nobody who only reads is in the way."""
    with (
        TantivyLexicalIndex.open(folder) as one,
        TantivyLexicalIndex.open(folder) as other,
        TantivyLexicalIndex.open(folder, writable=False) as reader,
    ):
        one.add(rows([1000]), ["A ferry sank."])
        with pytest.raises(WriterBusyError) as busy:
            other.add(rows([1001]), ["A ferry sailed."])
        assert busy.value.retryable
        one.commit()
        put(other, {1001: "A ferry sailed."})
        one.remove(some(1000))
        one.release()
        other.remove(some(1001))
        other.commit()
        assert found(reader, "ferry") == found(one, "ferry") == [1000]


# Kills


def test_a_killed_writer_leaves_the_last_commit_and_no_lock(folder: Path) -> None:
    """SIGKILL between add and commit: all of the last commit is there, nothing newer, and the next writer may begin at once."""
    process, hears = started(write_without_commit, folder)
    assert hears.recv() == "added"
    process.kill()
    process.join()
    with TantivyLexicalIndex.open(folder) as index:
        assert index.ids().tolist() == sorted(TEXTS)
        assert found(index, "ferry") == []
        put(index, {1000: "A ferry sank."})
        assert found(index, "ferry") == [1000]


def test_a_kill_at_any_moment_leaves_a_whole_commit(folder: Path) -> None:
    """SIGKILL anywhere, in a commit or a merge too: what was reported is there, at most one commit more, and never a part of one."""
    moment = random.Random(5)
    for _ in range(6):
        process, hears = started(write_in_turns, folder)
        for _ in range(moment.randint(1, 6)):
            reported = hears.recv()
        hears.poll(moment.random() * 0.2)
        process.kill()
        process.join()
        while hears.poll():
            try:
                reported = hears.recv()
            except EOFError:
                break
        with TantivyLexicalIndex.open(folder) as index:
            assert reported <= len(index) <= reported + 10
            assert len(index) % 10 == 0
            ids = index.ids().tolist()
            assert len(ids) == len(index)
            index.remove(some(*(i for i in ids if i >= 1000)))
            index.commit()
            assert index.ids().tolist() == sorted(TEXTS)


# Files


def test_opening_and_searching_write_nothing(folder: Path) -> None:
    """Files, dates and sizes are the same after an index was opened for writing, searched and closed."""
    before = {file.name: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.iterdir()}
    with TantivyLexicalIndex.open(folder) as index:
        assert len(found(index, "bridge", 10**6)) == 300
        index.commit()
    assert {file.name: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.iterdir()} == before


def test_an_index_that_was_moved_still_opens(folder: Path) -> None:
    """It is built aside and renamed: no file names the place where it was made."""
    moved = folder.rename(folder.with_name("moved"))
    with TantivyLexicalIndex.open(moved) as index:
        put(index, {1000: "A ferry sank."})
        assert found(index, "ferry") == [1000]


def test_a_search_outlives_the_deletion_of_its_folder(folder: Path) -> None:
    """A reindex clears the old generation while others have it open: they still find what was there."""
    with TantivyLexicalIndex.open(folder) as index:
        shutil.rmtree(folder)
        assert found(index, "number 7")[0] == 7


def test_closing_lets_go_of_the_files(folder: Path) -> None:
    """After ``close`` no file of the index is open or mapped into memory, so that a deleted generation frees its disk."""
    index = TantivyLexicalIndex.open(folder)
    assert found(index, "bridge")
    assert str(folder) in Path("/proc/self/maps").read_text(encoding="utf-8")
    index.close()
    assert str(folder) not in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert not [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and str(link.readlink()).startswith(str(folder))]


def flip(file: Path) -> None:
    """One bit in the middle turned over."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def halve(file: Path) -> None:
    """Cut short."""
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    """Cut to nothing."""
    os.truncate(file, 0)


@pytest.mark.parametrize("damage", [flip, halve, empty, Path.unlink])
@pytest.mark.parametrize("suffix", [".idx", ".term", ".fieldnorm", ".fast", ".del", ".json"])
def test_a_damaged_file_is_named_at_opening(folder: Path, suffix: str, damage: Callable[[Path], None]) -> None:
    """Whatever happened to whichever file, opening says that the index is damaged and what to do, instead of answering wrongly later."""
    damage(max(folder.glob(f"[!.]*{suffix}")))
    with pytest.raises(IndexDamagedError) as damaged:
        TantivyLexicalIndex.open(folder)
    assert str(folder) in damaged.value.message
    assert "dateline reindex" in str(damaged.value.remedy)


def test_no_index_is_a_damaged_one(tmp_path: Path) -> None:
    """An empty folder and a missing one are told apart from an index."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(IndexDamagedError, match=r"meta\.json"):
            TantivyLexicalIndex.open(folder)


def test_an_index_of_another_analysis_is_refused(tmp_path: Path) -> None:
    """Terms that were cut by other rules would silently not be found: such an index is to be rebuilt."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="dateline-0", index_option="freq")
    tantivy.Index(builder.build(), str(tmp_path))
    with pytest.raises(IndexDamagedError, match="another version") as refused:
        TantivyLexicalIndex.open(tmp_path)
    assert "dateline reindex" in str(refused.value.remedy)


def test_damage_while_it_is_open_is_named(folder: Path) -> None:
    """A commit that cannot be read is told as damage, not as tantivy's own error."""
    with TantivyLexicalIndex.open(folder) as index:
        (folder / "meta.json").write_text("{}", encoding="utf-8")
        with pytest.raises(IndexDamagedError, match="cannot be read"):
            found(index, "bridge")
