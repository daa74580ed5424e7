"""A comparison as a picture: a bar for each ratio, in SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.goals import Row

_WIDTH, _LABEL, _HEIGHT, _TOP, _BOTTOM = 860, 320, 34, 56, 34
_VALUE = 150
"""What is left for figures at the right."""
_INK, _PALE, _BAR, _OVER, _GOAL = "#1f2933", "#9aa5b1", "#2f6f9f", "#b5483a", "#d08700"


def picture(rows: Sequence[Row], title: str, about: str) -> str:
    """Return an SVG document: bars to the left of 1 are figures of Minerva that are lower, which is better."""
    most = max(1.0, *(max(row.ratio.high, row.most_ratio or 0.0) for row in rows)) * 1.05
    scale = (_WIDTH - _LABEL - _VALUE) / most
    bottom = _TOP + _HEIGHT * len(rows)
    one = _LABEL + scale
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{bottom + _BOTTOM}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}"><title>{escape(title)}</title>',
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            f'<text x="16" y="24" font-size="16" font-weight="600">{escape(title)}</text>',
            f'<text x="16" y="43" fill="#52606d">{escape(about)}</text>',
            *(_bar(row, _TOP + _HEIGHT * at, scale) for at, row in enumerate(rows)),
            _line(one, _TOP, bottom, _INK, "4 3"),
            f'<text x="{one:.1f}" y="{bottom + 18}" text-anchor="middle">1 = as the peer</text>',
            f'<text x="16" y="{bottom + 18}" fill="{_GOAL}">| the most that is wanted</text>',
            "</svg>\n",
        ]
    )


def _bar(row: Row, top: float, scale: float) -> str:
    """A bar to the median, a line from the least to the most, a mark where the goal is."""
    middle, ratio = top + _HEIGHT / 2, row.ratio
    low, high = _LABEL + scale * ratio.low, _LABEL + scale * ratio.high
    goal = row.most_ratio
    return "\n".join(
        [
            f'<text x="{_LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(row.name)}</text>',
            f'<rect x="{_LABEL}" y="{top + 7}" width="{scale * ratio.median:.1f}" height="{_HEIGHT - 14}" rx="2" '
            f'fill="{_BAR if row.met else _OVER}"/>',
            f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{_PALE}" stroke-width="3"/>',
            "" if goal is None else _line(_LABEL + scale * goal, top + 3, top + _HEIGHT - 3, _GOAL, "none"),
            f'<text x="{_WIDTH - 12}" y="{middle + 4}" text-anchor="end">{ratio.median:.3f} '
            f"({ratio.low:.2f} to {ratio.high:.2f})</text>",
        ]
    )


def _line(x: float, top: float, bottom: float, colour: str, dashes: str) -> str:
    return f'<path d="M{x:.1f} {top}V{bottom}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
