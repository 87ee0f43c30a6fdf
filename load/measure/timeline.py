"""Draws a rate over time, with its limit and the times at which something changed."""

from .plot import BOTTOM, HEIGHT, LEFT, RIGHT, STYLE, TOP, WIDTH, text


def timeline(title, note, points, limit, marks):
    """An SVG of [(seconds, rate)], with [(seconds, title)] as vertical lines."""
    end = max(seconds for seconds, _ in points)
    most = max(limit, *(rate for _, rate in points)) * 1.05

    def x(seconds):
        return LEFT + seconds / end * (WIDTH - RIGHT - LEFT)

    def y(rate):
        return HEIGHT - BOTTOM - rate / most * (HEIGHT - BOTTOM - TOP)

    path = " ".join(f"{x(seconds):.1f},{y(rate):.1f}" for seconds, rate in points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{title}</title>", f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        text(LEFT, 28, title, "title"), text(LEFT, 48, note, "small")]
    for rate in (0, limit / 2, limit):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(rate):.1f}" y2="{y(rate):.1f}"/>')
        parts.append(text(LEFT - 8, y(rate) + 4, f"{rate:,.0f}/s", "small", "end"))
    for number, (seconds, what) in enumerate(marks):
        parts.append(f'<line class="grid" x1="{x(seconds):.1f}" x2="{x(seconds):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(text(x(seconds) + 4, HEIGHT - BOTTOM + 18 + number % 2 * 16, what, "small"))
    parts += [f'<line class="line c1 slow" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(limit):.1f}" y2="{y(limit):.1f}"/>',
              f'<polyline class="line c0" points="{path}"/>',
              text(WIDTH - RIGHT + 24, y(limit) + 4, "the limit"), text(WIDTH - RIGHT + 24, TOP + 16, "admitted, each quarter second", "small"),
              "</svg>"]
    return "\n".join(parts) + "\n"
