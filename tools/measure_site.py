"""Measure the built site with public tools and print one table: ``python -m tools.measure_site``.

axe-core, Lighthouse, html-validate, Chromium and Firefox look at the site that a plain server
gives them, text gzipped. The status is 1 if something falls short of what it should reach.
Pictures from Firefox and all findings go to ``_build/measure``.
"""

from __future__ import annotations

import argparse
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tools import browser, build
from tools.quality import crawl, node
from tools.quality.server import CountingServer, serving

OUTPUT = build.BUILD / "measure"
WEIGHT_LIMIT = 600 * 1024
PERFORMANCE = 95
PARTS = ("html", "axe", "firefox", "lighthouse")


class Row(NamedTuple):
    """A line of the table: what, where, the measured value, the goal, and whether it is met."""

    what: str
    measured: str
    goal: str
    reached: bool | None


class Report:
    """The rows of the table, and the findings behind them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.findings: dict[str, list[str]] = {}

    def add(self, what: str, measured: str, goal: str, reached: bool | None) -> None:
        """Add a row, and say it at once: a full measurement takes minutes."""
        self.rows.append(Row(what, measured, goal, reached))
        print(f"  {what}: {measured}", flush=True)

    def count(self, what: str, found: list[str], among: str = "") -> None:
        """Add a row for something of which there should be none."""
        self.findings[what] = found
        self.add(what, f"{len(found)}{among}", "0", not found)

    def fell_short(self) -> bool:
        """Tell whether a goal was missed."""
        return any(row.reached is False for row in self.rows)


def measure_axe(
    report: Report, chromium: Browser, server: CountingServer, names: list[str]
) -> None:
    """Look at every page in each theme, language and width."""
    found = list(crawl.violations(chromium, server.address, names))
    looks = len(crawl.LOOKS)
    tally = Counter(one.look for one in found)
    for look in crawl.LOOKS:
        where = f"axe-core {look.theme}, {look.language}, {look.width} px"
        report.add(where, f"{tally[look]} on {len(names)} pages", "0", not tally[look])
    report.findings["axe-core"] = [
        f"{one.page} {'/'.join(map(str, one.look))} {one.rule}: {one.selector}\n    {one.words}"
        for one in found
    ]
    print(f"  axe-core in all: {len(found)} over {len(names) * looks} looks", flush=True)


def measure_pages(
    report: Report, chromium: Browser, server: CountingServer, names: list[str], folder: Path
) -> list[crawl.Visit]:
    """Read every page to its end: its weight, links, errors, and what it asks of other hosts."""
    visits = [crawl.visit(chromium, server, name) for name in names]
    heaviest = max(visits, key=lambda one: one.weight)
    lightest = min(visits, key=lambda one: one.weight)
    kilobytes = f"{heaviest.weight / 1024:.0f} KB ({heaviest.name})"
    report.add(
        "weight before Run, heaviest page", kilobytes, "≤ 600 KB", heaviest.weight <= WEIGHT_LIMIT
    )
    report.add("weight before Run, lightest page", f"{lightest.weight / 1024:.0f} KB", "", None)
    strangers = [f"{one.name}: {url}" for one in visits for url in one.strangers]
    for name in (one.name for one in visits if 'data-action="run"' in one.html):
        weight, others = crawl.weigh_run(chromium, server, name)
        strangers += [f"{name}: {url}" for url in others]
        report.add(f"weight that Run adds, {name}", f"{weight / 1024:.0f} KB", "", None)
    report.count("requests to other hosts", strangers, f" from {len(names)} pages and their labs")
    links = sum(len(one.links) for one in visits)
    report.count(
        "broken links and anchors",
        crawl.broken_links(visits, server.address, folder),
        f" of {links} links",
    )
    report.count(
        "errors in Chromium's console",
        [f"{one.name}: {error}" for one in visits for error in one.errors],
    )
    return visits


def measure_html(report: Report, visits: list[crawl.Visit], folder: Path) -> None:
    """Validate the pages as they are served, and as they are once their scripts have run."""
    served = [folder / one.name for one in visits]
    report.count("HTML faults, as served", node.html_faults(served), f" on {len(served)} pages")
    live = OUTPUT / "live"
    live.mkdir(exist_ok=True)
    files = []
    for one in visits:
        files.append(live / one.name.replace("/", "-"))
        files[-1].write_text(one.html, encoding="utf-8")
    report.count("HTML faults, scripts run", node.html_faults(files), f" on {len(files)} pages")


def measure_lighthouse(report: Report, address: str, name: str, runs: int) -> None:
    """Judge a page as a phone and as a desktop gets it."""
    for form in ("mobile", "desktop"):
        judged = node.lighthouse(address + name, form, runs)
        times = ", ".join(f"{short} {value}" for short, value in judged.metrics.items())
        for category, score in judged.scores.items():
            goal = PERFORMANCE if category == "performance" else 100
            note = f" (median of {runs}; {times})" if category == "performance" else ""
            report.add(
                f"Lighthouse {form}, {category}", f"{score}{note}", f"≥ {goal}", score >= goal
            )
        report.findings[f"Lighthouse {form}, {name}"] = judged.faults


def measure_firefox(report: Report, address: str, names: list[str]) -> None:
    """See the same pages in Firefox."""
    program = node.find_firefox()
    if program is None:
        report.add("Firefox", "not measured: install Firefox", "0", None)
        return
    seen = node.firefox(program, [address + name for name in names], OUTPUT)
    faults = [f"{page['address']}: {fault}" for page in seen["pages"] for fault in page["faults"]]
    report.count(f"faults in {seen['version']}", faults, f" on {len(names)} pages")
    labs = [
        (page["address"].removeprefix(address), lab)
        for page in seen["pages"]
        for lab in page["labs"]
    ]
    failed = [f"{name}: {lab['lab']}: {lab['fault']}" for name, lab in labs if lab["fault"]]
    report.count("labs that fail in Firefox", failed, f" of {len(labs)}")
    longest = max((f"{lab['seconds']:5.1f} s ({lab['lab']})" for _, lab in labs), default="no lab")
    report.add("longest wait for a lab in Firefox", longest.strip(), "", None)


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table whose columns stand under one another."""
    marks = {True: "✓", False: "✗", None: ""}
    lines = [("what", "measured", "to reach", "")]
    lines += [(row.what, row.measured, row.goal, marks[row.reached]) for row in rows]
    widths = [max(map(_columns, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "| "
        + " | ".join(
            text + " " * (width - _columns(text)) for text, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in ruled
    )


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def measure(folder: Path, parts: list[str], runs: int) -> Report:
    """Measure the parts asked for on a built site."""
    report = Report()
    names = crawl.page_names(folder)
    with serving(folder) as server, sync_playwright() as playwright:
        program = str(browser.find(may_install=True))
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.FLAGS))
        visits = measure_pages(report, chromium, server, names, folder)
        heaviest = max(visits, key=lambda one: one.weight).name
        steps: dict[str, Callable[[], None]] = {
            "html": lambda: measure_html(report, visits, folder),
            "axe": lambda: measure_axe(report, chromium, server, names),
            "firefox": lambda: measure_firefox(report, server.address, names),
            "lighthouse": lambda: measure_lighthouse(report, server.address, heaviest, runs),
        }
        for part in parts:
            steps[part]()
        chromium.close()
    return report


def main() -> int:
    """Build the site unless one is given, measure it, and print the table."""
    parser = argparse.ArgumentParser(prog="book.py measure", description=__doc__)
    parser.add_argument("--site", type=Path, help="measure this built site, and build none")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--runs", type=int, default=3, help="runs of Lighthouse; the median counts")
    options = parser.parse_args()
    if not options.site and (status := build.build()):
        return status
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    node.install()
    report = measure((options.site or build.HTML).resolve(), options.only, options.runs)
    text = "\n\n".join(
        "\n".join([f"## {what} ({len(found)})", *found]) for what, found in report.findings.items()
    )
    findings = OUTPUT / "findings.md"
    findings.write_text(f"{table(report.rows)}\n\n{text}\n", encoding="utf-8")
    print(f"\n{table(report.rows)}\n\nFindings: {findings.relative_to(build.ROOT)}")
    return int(report.fell_short())


if __name__ == "__main__":
    raise SystemExit(main())
