"""Writes `code/mlpbook/claims.yml` from the ledger's files.

    python tools/claims.py LEDGER_FOLDER

The ledger is a folder of YAML lists whose entries have an `id`, a `verdict` and a `notebook`.
Only these three are kept.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import yaml

from mlpbook.claims import FILE, VERDICTS

HEADER = "# The claims of each notebook by verdict, written by tools/claims.py.\n"


def collect(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Gathers the ids by notebook and verdict.

    Raises:
        ValueError: The folder holds no ledger, or an id stands twice.
    """
    listed: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    seen: set[str] = set()
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            if entry["id"] in seen:
                raise ValueError(f"{path.name}: got {entry['id']!r} a second time, expected once")
            seen.add(entry["id"])
            listed[str(entry["notebook"])][entry["verdict"]].append(entry["id"])
    if not seen:
        raise ValueError(f"{folder}: got no *.yml files, expected the ledger's")
    return {
        notebook: {
            verdict: listed[notebook][verdict] for verdict in VERDICTS if listed[notebook][verdict]
        }
        for notebook in sorted(listed)
    }


def main() -> None:
    """Reads the folder named on the command line and writes the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("ledger", type=Path, help="folder of the ledger's .yml files")
    found = collect(parser.parse_args().ledger)
    text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=100)
    FILE.write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main()
