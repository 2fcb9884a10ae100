#!/usr/bin/env python3
"""Writes docs/rfc-index.md: every RFC section that the code cites, and where."""

import collections
import pathlib
import re
import subprocess
import sys

CITATION = re.compile(r"\bRFC (\d{3,5})((?:,? (?:and )?(?:[A-Z]\.)?\d+(?:\.\d+)*)*)")
SECTION = re.compile(r"(?:[A-Z]\.)?\d+(?:\.\d+)*")


def citations(root, files):
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for name in files:
        for line in (root / name).read_text(encoding="utf-8").splitlines():
            for number, sections in CITATION.findall(line):
                for section in SECTION.findall(sections) or [""]:
                    found[int(number)][section].add(name)
    return found


def order(section):
    return [(0, int(piece)) if piece.isdigit() else (1, ord(piece[0])) for piece in section.split(".") if piece]


def render(root, files):
    out = ["# Where each RFC section is obeyed", "",
           "Made by `tests/tidy/rfc_index.py` from the citations in the code; a test keeps it current.", ""]
    for number, sections in sorted(citations(root, files).items()):
        out += [f"## RFC {number}", "", "| section | code |", "| --- | --- |"]
        for section in sorted(sections, key=order):
            places = ", ".join(f"`{name}`" for name in sorted(sections[section]))
            out.append(f"| {section or 'as a whole'} | {places} |")
        out.append("")
    return "\n".join(out)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "engine", "gui"], cwd=root,
                            check=True, capture_output=True, text=True).stdout.splitlines()
    files = [name for name in listed if name.endswith((".h", ".cpp")) and (root / name).is_file()]
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "rfc-index.md").write_text(render(root, files), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
