"""Figures as tables, for a terminal or a page."""
import json
import os

from .process import Failed, say


def show(path, page):
    """Prints the tables of a JSON file, or puts them into a page, and returns the exit code."""
    figures = load(path)
    if not page:
        for step in FILLERS:
            if step in figures:
                print(f"## {step}\n\n{markdown(step, figures[step])}\n")
        return 0
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for step in FILLERS:
        begin, end = f"<!-- {step} -->\n", f"<!-- /{step} -->"
        if step not in figures:
            say(f"{path} has no figures of '{step}'; those in the page stay")
        elif begin not in text or end not in text:
            raise Failed(f"{page} has no place for '{step}': lines '{begin.strip()}' and '{end}'")
        else:
            head, rest = text.split(begin, 1)
            text = f"{head}{begin}\n{markdown(step, figures[step])}\n\n{end}{rest.split(end, 1)[1]}"
    with open(page + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(page + ".part", page)
    return 0


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise Failed(f"{path} can't be read: {error}") from None


def markdown(step, figures):
    heads, rows, notes = FILLERS[step](figures)
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join(["---"] + ["---:"] * (len(heads) - 1)) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    verdict = [f"Missed: {miss}." for miss in figures["misses"]] or ["All limits that were measured held."]
    return "\n".join(lines) + "\n\n" + "\n".join(f"- {note}" for note in notes + verdict + [where(figures["machine"])])


def plain(step, figures):
    heads, rows, notes = FILLERS[step](figures)
    widths = [max(len(row[column]) for row in [heads] + rows) for column in range(len(heads))]
    lines = []
    for row in [heads] + rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines + [""] + notes + [where(figures["machine"])])


def where(machine):
    busy = max(machine["load_before"], 0)
    mood = f"; **a rehearsal on a busy machine, load {busy:.1f} before it began**" if busy > 0.5 else ""
    commit = f", scripts of commit {machine['commit']}" if machine.get("commit") else ""
    return (
        f"Measured {machine['date']} on {machine['cores']} cores of {machine['processor']} with "
        f"{machine['memory_bytes'] / 1e9:.0f} GB of memory, {machine['system']}; toolkit {machine['toolkit']}"
        f"{commit}{mood}.")


def seconds(value):
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def megabytes(value):
    return f"{value / 1e6:,.0f} MB"


def ratio(value):
    return f"{value:.2f}" if value is not None else "—"


def scale(figures):
    heads = ["documents", "wall", "documents/s", "ms/document", "× that at reference", "CPU ms/document",
             "× that at reference", "peak memory", "bundle"]
    heads = [head.replace("reference", f"{figures['reference']:,}") for head in heads]
    rows = []
    for row in figures["rows"]:
        count = row["documents"]
        rows.append([
            f"{count:,}", seconds(row["wall"]), f"{count / row['wall']:,.0f}", f"{row['wall'] / count * 1000:.3f}",
            ratio(row["wall_ratio"]), f"{row['cpu'] / count * 1000:.3f}", ratio(row["cpu_ratio"]),
            megabytes(row["peak_bytes"]), megabytes(row["bundle_bytes"])])
    limits = figures["limits"]
    cache = "results kept in a new cache" if figures["cache"] == "fresh" else "no cache"
    return heads, rows, [
        f"{figures['workers']} workers, {cache}. Limits: {limits['memory_bytes'] / 1e6:,.0f} MB; "
        f"{limits['growth']:g} times the time per document at {figures['reference']:,}."]


def peers(figures):
    heads = ["", "wall", "CPU", "documents/s", "toolkit is faster by", "goal", "by CPU", "peak memory", "copies found"]
    rows = []
    for row in figures["rows"]:
        goal = figures["limits"].get(row["name"])
        rows.append([
            row["name"], seconds(row["wall"]), seconds(row["cpu"]), f"{row['documents'] / row['wall']:,.0f}",
            f"{row['wall_lead']:.2f}×", f"{goal:g}×" if goal else "", f"{row['cpu_lead']:.2f}×",
            megabytes(row["peak_bytes"]), f"{row['copies']:,}"])
    runs = figures["rows"][0]["runs"]
    notes = [
        f"{figures['rows'][0]['documents']:,} documents; rounds in turn: {runs}, of which the median; "
        f"{figures['workers']} workers."]
    notes += [f"{row['name']}: {row['version']}." for row in figures["rows"] if row["version"]]
    notes += [f"Skipped {words}." for words in figures["skipped"]]
    return heads, rows, notes


def rerun(figures):
    heads = ["", "wall", "of the first", "limit", "CPU", "of the first", "peak memory"]
    rows = []
    for row in figures["rows"]:
        limit = figures["limits"].get(row["name"])
        unit = "s" if row["name"].startswith("--if-changed") else "%"
        rows.append([
            row["name"].replace("--if-changed", "`--if-changed`"), seconds(row["wall"]), f"{row['wall_share']:.1%}",
            f"{limit:g} {unit}" if limit else "", seconds(row["cpu"]), f"{row['cpu_share']:.1%}",
            megabytes(row["peak_bytes"])])
    checked = " Every run wrote the bytes of a run without a cache." if figures["checked"] else ""
    return heads, rows, [
        f"{figures['rows'][0]['documents']:,} documents, medians of {min(row['runs'] for row in figures['rows'])} runs "
        f"at least; the cache holds {megabytes(figures['cache_bytes'])}.{checked}"]


FILLERS = {"scale": scale, "peers": peers, "rerun": rerun}
