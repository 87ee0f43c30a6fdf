"""Draws latency against load: one line for the median and one for the 99th percentile of each protocol."""

import math

WIDTH, HEIGHT = 880, 520
LEFT, RIGHT, TOP, BOTTOM = 80, 200, 64, 64
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 17px; font-weight: 600 }
  .small { font-size: 12px; fill: #57606a }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .slow { stroke-dasharray: 6 5 }
  .past { opacity: 0.25 }
  .back { fill: #ffffff }
  .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 }
  .d0 { fill: #0969da } .d1 { fill: #bc4c00 } .d2 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #30363d } .back { fill: #0d1117 }
    .c0 { stroke: #58a6ff } .c1 { stroke: #f0883e } .c2 { stroke: #3fb950 }
    .d0 { fill: #58a6ff } .d1 { fill: #f0883e } .d2 { fill: #3fb950 }
  }
"""


class Axis:
    """A logarithmic axis between two round numbers."""

    def __init__(self, values, start, end):
        low, high = math.log10(min(values)), math.log10(max(values))
        margin = max((high - low) * 0.04, 0.02)
        self.low, self.high = low - margin, high + margin
        self.start, self.end = start, end

    def at(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        for power in range(math.floor(self.low), math.ceil(self.high) + 1):
            for step in (1, 2, 5):
                value = step * 10.0**power
                if self.low <= math.log10(value) <= self.high:
                    yield value


def plot(curves, note):
    """An SVG of {protocol: [(users, rate, p50, p99)]}."""
    points = [point for curve in curves.values() for point in curve]
    x = Axis([rate for _, rate, _, _ in points], LEFT, WIDTH - RIGHT)
    y = Axis([value for _, _, p50, p99 in points for value in (p50, p99)], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Latency against load</title>", f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        text(LEFT, 28, "Latency against load", "title"), text(LEFT, 48, note, "small"), *grid(x, y)]
    for i, (name, curve) in enumerate(curves.items()):
        parts += line(i, curve, x, y) + legend(i, name, curve)
    parts += [text(WIDTH - RIGHT + 24, TOP + 216, "solid: half are faster", "small"),
              text(WIDTH - RIGHT + 24, TOP + 234, "dashed: 99 of 100 are", "small"),
              text(WIDTH - RIGHT + 24, TOP + 252, "numbers: users", "small"),
              text(WIDTH - RIGHT + 24, TOP + 270, "dim: past the most", "small"), "</svg>"]
    return "\n".join(parts) + "\n"


def grid(x, y):
    parts = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(text(LEFT - 8, at + 4, f"{value:g} ms", "small", "end"))
    for value in x.ticks():
        at = x.at(value)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(text(at, HEIGHT - BOTTOM + 20, f"{value:,.0f}", "small", "middle"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, "messages answered a second", None, "middle"))
    return parts


def knee(curve):
    """The number of points until more users no longer mean more answers: the server, or the client, is at its limit."""
    count = 1
    while count < len(curve) and curve[count][1] > curve[count - 1][1]:
        count += 1
    return count


def line(i, curve, x, y):
    """Up to the knee as lines; what more users make of it as dim points, since a line would fold back."""
    parts, good = [], knee(curve)
    for column, style in ((2, ""), (3, " slow")):
        path = " ".join(f"{x.at(point[1]):.1f},{y.at(point[column]):.1f}" for point in curve[:good])
        parts.append(f'<polyline class="line c{i}{style}" points="{path}"/>')
    for number, (users, rate, p50, p99) in enumerate(curve):
        says = f"{users} users: {rate:,.0f}/s, half within {p50:.2f} ms, 99 % within {p99:.2f} ms"
        past = "" if number < good else " past"
        for value in (p50, p99):
            parts.append(f'<circle class="d{i}{past}" cx="{x.at(rate):.1f}" cy="{y.at(value):.1f}" r="3.5"><title>{says}</title></circle>')
        parts.append(text(x.at(rate), y.at(p99) - 8, users, "small" + past, "middle"))
    return parts


def legend(i, name, curve):
    left, top = WIDTH - RIGHT + 24, TOP + 16 + i * 60
    best = max(rate for _, rate, _, _ in curve)
    return [f'<line class="line c{i}" x1="{left}" x2="{left + 26}" y1="{top}" y2="{top}"/>',
            text(left + 34, top + 4, name), text(left + 34, top + 22, f"{best:,.0f}/s at most", "small")]


def text(x, y, says, style=None, anchor="start"):
    attribute = f' class="{style}"' if style else ""
    return f'<text{attribute} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{says}</text>'
