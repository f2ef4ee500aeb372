"""The lock that searches share and a writer has alone."""

from __future__ import annotations

import threading
from time import monotonic, sleep

from index.search.locks import SharedLock

PATIENCE_S = 10.0


def test_readers_share() -> None:
    """Two readers are inside at the same time."""
    lock, together = SharedLock(), threading.Barrier(2)

    def read() -> None:
        with lock.shared():
            together.wait(PATIENCE_S)

    reader = threading.Thread(target=read)
    reader.start()
    read()
    reader.join()
    assert not together.broken


def test_a_writer_is_alone() -> None:
    """Nobody is inside beside a writer, neither a reader nor another writer."""
    lock, inside, most, stop = SharedLock(), [0], [0], threading.Event()

    def write() -> None:
        for _ in range(200):
            with lock.alone():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    def read() -> None:
        while not stop.is_set():
            with lock.shared():
                if inside[0]:
                    most[0] = 99

    threads = [threading.Thread(target=work) for work in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads[:2]:
        thread.join()
    stop.set()
    for thread in threads[2:]:
        thread.join()
    assert most[0] == 1


def test_a_writer_waits_for_the_readers_inside() -> None:
    """Whoever reads when a writer comes may finish first."""
    lock, entered = SharedLock(), threading.Event()

    def write() -> None:
        with lock.alone():
            entered.set()

    writer = threading.Thread(target=write)
    with lock.shared():
        writer.start()
        assert not entered.wait(0.05)
    assert entered.wait(PATIENCE_S)
    writer.join()


def test_a_writer_is_not_starved() -> None:
    """Readers that overlap without a gap do not keep a writer out."""
    lock, stop = SharedLock(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            with lock.shared():
                sleep(0.005)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    started = monotonic()
    for _ in range(20):
        with lock.alone():
            sleep(0)
    waited_s = monotonic() - started
    stop.set()
    for reader in readers:
        reader.join()
    assert waited_s < PATIENCE_S


def test_an_error_inside_lets_go() -> None:
    """Whoever fails inside does not keep the others out."""
    lock = SharedLock()
    for enter in (lock.shared, lock.alone):
        try:
            with enter():
                raise KeyError
        except KeyError:
            pass
        with lock.alone():
            pass
        with lock.shared():
            pass
