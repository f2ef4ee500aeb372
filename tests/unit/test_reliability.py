"""The table and the diagram of docs/decisions/0006-refusal.md."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np

from benchmarks.reliability import bins, diagram, table

SAID = np.array([0.05, 0.15, 0.12, 0.95])
CAME_TRUE = np.array([False, True, False, True])


def test_a_bin_weighs_its_answers() -> None:
    """Suites count alike however many questions they have."""
    low, middle, high = bins(SAID, CAME_TRUE, np.array([1.0, 3.0, 1.0, 1.0]))
    assert (low.true, middle.true, high.true) == (0.0, 0.75, 1.0)
    assert (low.count, middle.count, high.count) == (1, 2, 1)


def test_the_diagram_has_a_dot_for_each_bin() -> None:
    """It is well-formed, and shows what the table tells."""
    found = bins(SAID, CAME_TRUE, np.ones(4))
    drawn = ET.fromstring(diagram(found))
    dots = drawn.findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) == len(found) == len(table(found).splitlines()) - 2
