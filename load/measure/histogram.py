"""Draws how many calls took how long."""

import math

from .plot import Axis, HEIGHT, LEFT, STYLE, TOP, WIDTH, text

BOTTOM, RIGHT = 64, 40
BARS = 60
MARKS = ((0.5, "half"), (0.99, "99 %"), (0.999, "99.9 %"))


def histogram(title, times):
    """An SVG of sorted times in ms, with bars that are equally wide on a logarithmic axis."""
    x = Axis([max(times[0], 1e-3), max(times[-1], 2e-3)], LEFT, WIDTH - RIGHT)
    counts = [0] * BARS
    for each in times:
        counts[min(BARS - 1, max(0, int((x.at(max(each, 1e-3)) - LEFT) / (WIDTH - RIGHT - LEFT) * BARS)))] += 1
    width, scale = (WIDTH - RIGHT - LEFT) / BARS, (HEIGHT - BOTTOM - TOP - 20) / max(counts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{title}</title>", f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>', text(LEFT, 28, title, "title")]
    for i, count in enumerate(counts):
        if count:
            height = max(1, count * scale)
            parts.append(f'<rect class="d0" x="{LEFT + i * width:.1f}" y="{HEIGHT - BOTTOM - height:.1f}" width="{width - 1:.1f}" '
                         f'height="{height:.1f}"><title>{count:,} calls</title></rect>')
    for value in x.ticks():
        at = x.at(value)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 5}"/>')
        parts.append(text(at, HEIGHT - BOTTOM + 20, f"{value:g}", "small", "middle"))
    for row, (share, name) in enumerate(MARKS):
        value = times[max(0, math.ceil(len(times) * share) - 1)]
        at, top = x.at(max(value, 1e-3)), TOP + 14 * row
        parts.append(f'<line class="line c1" x1="{at:.1f}" x2="{at:.1f}" y1="{top + 4}" y2="{HEIGHT - BOTTOM}" style="stroke-width: 1"/>')
        parts.append(text(at - 4, top, f"{name}: {value:.2f} ms", "small", "end" if at > WIDTH / 3 else "start"))
    parts += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, "ms", None, "middle"), "</svg>"]
    return "\n".join(parts) + "\n"
