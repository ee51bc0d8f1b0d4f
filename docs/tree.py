"""The file tree of the README: every source file with the first sentence that it says of itself.

Run as `make tree` after a file was added, moved or described anew; a test compares.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- tree -->\n", "<!-- end of tree -->"


def first_sentence(path: Path) -> str:
    """What a file says of itself first, up to its full stop."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    else:
        comment = re.match(r"(//.*\n)+", text)
        text = re.sub(r"^//\s?", "", comment[0], flags=re.MULTILINE) if comment else ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s", paragraph)[0]


def tree() -> str:
    """The tree as Markdown: a folder a heading, a file a line."""
    listed = subprocess.run(
        "git ls-files --cached --others --exclude-standard app.py pages viz_core".split(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    lines, folder = [], None
    for name in sorted(listed, key=lambda name: (str(Path(name).parent), name)):
        path = ROOT / name
        if path.suffix not in {".py", ".js"} or not path.is_file():
            continue
        said = first_sentence(path)
        if not said:
            continue  # the empty file that makes a folder a package
        if path.parent != folder:
            folder = path.parent
            lines.append(f"{folder.relative_to(ROOT).as_posix()}/")
        lines.append(f"    {path.name:<22} {said}")
    return "```text\n" + "\n".join(lines) + "\n```\n"


def main() -> None:
    """Put the tree where the README has it."""
    readme = ROOT / "README.md"
    before, _begin, rest = readme.read_text("utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    readme.write_text(before + BEGIN + tree() + end + after, "utf-8")


if __name__ == "__main__":
    main()
