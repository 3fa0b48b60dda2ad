"""Cost against size, as an SVG that is read in light and dark."""
import math
import os

from .process import Failed
from .tables import load

WIDTH, HEIGHT = 860, 400
LIGHT = {
    "back": "#ffffff", "ink": "#1f2328", "dim": "#59636e", "grid": "#d8dee4",
    "wall": "#0b62c4", "cpu": "#7a3fc0", "limit": "#c2410c"}
DARK = {
    "back": "#0d1117", "ink": "#e6edf3", "dim": "#9198a1", "grid": "#30363d",
    "wall": "#6cb6ff", "cpu": "#c8a4ff", "limit": "#ff9b62"}


def style():
    """The shapes, the colours by day, and those by night."""
    return f"""\
  text {{ font-family: system-ui, sans-serif; font-size: 12px; }}
  .title {{ font-size: 15px; font-weight: 600; }}
  .grid {{ stroke-width: 1; }}
  .wall, .cpu {{ stroke-width: 2.5; fill: none; }}
  .limit {{ stroke-width: 1.5; stroke-dasharray: 6 4; }}
{colours(LIGHT)}
  @media (prefers-color-scheme: dark) {{
{colours(DARK)}
  }}
"""


def colours(of):
    # Words keep a distance to lines.
    rules = [f"text {{ paint-order: stroke; stroke: {of['back']}; stroke-width: 4px; stroke-linejoin: round; }}"]
    rules += [f".back {{ fill: {of['back']}; }}", f".title {{ fill: {of['ink']}; }}", f".dim {{ fill: {of['dim']}; }}"]
    rules += [f".{name} {{ stroke: {of[name]}; }}" for name in ("grid", "wall", "cpu", "limit")]
    rules += [f".{name}-dot, .{name}-text {{ fill: {of[name]}; }}" for name in ("wall", "cpu", "limit")]
    return "\n".join("  " + rule for rule in rules)


def draw(source, target):
    """Draws the figures of `scale` in a JSON file and returns the exit code."""
    figures = load(source).get("scale")
    if not figures or len(figures["rows"]) < 2:
        raise Failed(f"{source} has no figures of 'scale' for two sizes or more")
    rows, limits = figures["rows"], figures["limits"]
    sizes = [row["documents"] for row in rows]
    wall = [row["wall"] / row["documents"] * 1000 for row in rows]
    cpu = [row["cpu"] / row["documents"] * 1000 for row in rows]
    at = next((value for size, value in zip(sizes, wall) if size == figures["reference"]), None)
    times = Panel(70, "Time per document, ms", sizes, wall + cpu, at * limits["growth"] if at else None)
    memory = [row["peak_bytes"] / 1e6 for row in rows]
    space = Panel(500, "Peak memory, MB", sizes, memory, limits["memory_bytes"] / 1e6)
    parts = times.frame() + space.frame()
    if at:
        parts += times.limit(f"{limits['growth']:g} × wall time at {figures['reference']:,}")
    parts += space.limit(f"limit {limits['memory_bytes'] / 1e6:,.0f} MB")
    parts += times.series("cpu", cpu) + times.series("wall", wall, below=True) + space.series("wall", memory)
    parts.append(text(345, 34, "wall", "wall-text", "end"))
    parts.append(text(380, 34, "CPU", "cpu-text", "end"))
    machine = figures["machine"]
    note = (
        f"{machine['cores']} cores of {machine['processor']}, {machine['date'][:10]}; documents of 2 KB: read, detect, "
        "exact and near copies, export, bundle")
    parts.append(text(70, HEIGHT - 14, note, "dim"))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="Time per document and peak memory against the number of documents">\n'
        f"<style>\n{style()}</style>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" class="back"/>\n' + "\n".join(parts) + "\n</svg>\n")
    with open(target + ".part", "w", encoding="utf-8") as file:
        file.write(svg)
    os.replace(target + ".part", target)
    return 0


class Panel:
    """One diagram: sizes to the right by their logarithm, values up from 0."""

    width, top, bottom = 310, 60, 320

    def __init__(self, left, title, sizes, values, limit):
        self.left, self.title, self.sizes, self.limit_value = left, title, sizes, limit
        self.step = nice(max(values + [limit or 0]) * 1.1 / 5)
        self.most = self.step * math.ceil(max(values + [limit or 0]) * 1.05 / self.step)

    def x(self, size):
        low, high = math.log10(self.sizes[0]), math.log10(self.sizes[-1])
        return self.left + 12 + (math.log10(size) - low) / (high - low) * (self.width - 24)

    def y(self, value):
        return self.bottom - value / self.most * (self.bottom - self.top)

    def frame(self):
        parts = [text(self.left, 34, self.title, "title")]
        for number in range(round(self.most / self.step) + 1):
            value = number * self.step
            y = self.y(value)
            parts.append(line(self.left, y, self.left + self.width, y, "grid"))
            parts.append(text(self.left - 8, y + 4, short(value), "dim", "end"))
        for size in self.sizes:
            x = self.x(size)
            parts.append(line(x, self.bottom, x, self.bottom + 5, "grid"))
            parts.append(text(x, self.bottom + 20, documents(size), "dim", "middle"))
        parts.append(text(self.left + self.width / 2, self.bottom + 42, "documents", "dim", "middle"))
        return parts

    def limit(self, words):
        y = self.y(self.limit_value)
        return [line(self.left, y, self.left + self.width, y, "limit"),
                text(self.left + 4, y - 6, words, "limit-text")]

    def series(self, name, values, below=False):
        points = [(self.x(size), self.y(value)) for size, value in zip(self.sizes, values)]
        parts = [f'<polyline class="{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>']
        for (x, y), value in zip(points, values):
            parts.append(f'<circle class="{name}-dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
            anchor = "start" if x == points[0][0] else "end"
            parts.append(text(x, y + (20 if below else -10), short(value), f"{name}-text", anchor))
        return parts


def nice(step):
    """The least of 1, 2, 2.5 and 5 times a power of ten that is not less."""
    power = 10 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * 0.999)


def short(value):
    return f"{value:,.0f}" if value >= 20 or value == 0 else f"{value:.3g}"


def documents(size):
    for unit, word in ((1_000_000, " M"), (1_000, " k")):
        if size >= unit:
            return f"{size / unit:g}{word}"
    return str(size)


def line(x1, y1, x2, y2, name):
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def text(x, y, words, name, anchor="start"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
