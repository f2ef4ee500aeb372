"""Is a confidence what it says? In: confidences, what came true, and weights. Out: a table, and a reliability diagram as SVG. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH = 0.1
"""Of a bin of confidences."""

SIDE, EDGE = 320, 48
"""Pixels: of the square that is drawn in, and of what stands around it."""

SMALLEST, LARGEST = 3.0, 14.0
"""Radii: a bin's dot has an area by how many answers are in it."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence."""

    low: float
    count: int
    said: float
    """Their mean confidence…"""
    true: float
    """…and the share that came true."""


def bins(confidence: NDArray[np.float64], true: NDArray[np.bool_], weights: NDArray[np.float64]) -> list[Bin]:
    """Those that are not empty, by rising confidence."""
    found = []
    for low in np.arange(0, 1, WIDTH):
        here = (confidence >= low) & (confidence < low + WIDTH)
        if here.any():
            said, came = (float(np.average(values[here], weights=weights[here])) for values in (confidence, true.astype(float)))
            found.append(Bin(float(low), int(here.sum()), said, came))
    return found


def table(found: list[Bin]) -> str:
    """Markdown."""
    rows = ["| confidence | answers | mean confidence | first passage holds the evidence |", "|---|---:|---:|---:|"]
    return "\n".join(rows + [f"| {one.low:.1f}–{one.low + WIDTH:.1f} | {one.count} | {one.said:.2f} | {one.true:.2f} |" for one in found])


def diagram(found: list[Bin]) -> str:
    """SVG: what came true over what was said; on the dashed line the two are equal. A dot's area is the number of answers."""
    most = max((one.count for one in found), default=1)
    size = SIDE + 2 * EDGE

    def at(said: float, true: float) -> tuple[str, str]:
        return f"{EDGE + said * SIDE:.1f}", f"{EDGE + (1 - true) * SIDE:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" font-family="sans-serif" font-size="12">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>',
        f'<line x1="{EDGE}" y1="{EDGE + SIDE}" x2="{EDGE + SIDE}" y2="{EDGE}" stroke="#888" stroke-dasharray="4 4"/>',
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = at(tick, tick)
        parts.append(f'<text x="{x}" y="{EDGE + SIDE + 18}" text-anchor="middle">{tick:.1f}</text>')
        parts.append(f'<text x="{EDGE - 8}" y="{y}" text-anchor="end" dominant-baseline="middle">{tick:.1f}</text>')
    points = " ".join(",".join(at(one.said, one.true)) for one in found)
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1f77b4"/>')
    for one in found:
        x, y = at(one.said, one.true)
        radius = max(SMALLEST, LARGEST * (one.count / most) ** 0.5)
        told = f"{one.count} answers: said {one.said:.2f}, held the evidence {one.true:.2f}"
        parts.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="#1f77b4" fill-opacity="0.6"><title>{told}</title></circle>')
    middle = EDGE + SIDE / 2
    parts.append(f'<text x="{middle}" y="{size - 8}" text-anchor="middle">confidence</text>')
    across = f'x="14" y="{middle}" transform="rotate(-90 14 {middle})"'
    parts.append(f'<text {across} text-anchor="middle">first passage holds the evidence</text>')
    return "\n".join([*parts, "</svg>", ""])
