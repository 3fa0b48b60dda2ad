"""A table of what was measured beside what must hold."""


class Table:
    """Figures with the least that they may be, printed line by line."""

    def __init__(self):
        self.missed = 0
        print("| collection | figure | measured | goal | |\n|---|---|---:|---:|---|", flush=True)

    def add(self, collection, figure, value, goal, shown=None):
        holds = value >= goal
        self.missed += not holds
        shown = shown or f"{value:.4f}"
        print(f"| {collection} | {figure} | {shown} | {goal:g} | {'' if holds else 'missed'} |", flush=True)
