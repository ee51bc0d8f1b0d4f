"""Our ES modules as one script, for a file that has no neighbours to import.

They are written alike: imports by name at the top, exports before a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from viz_core.places import CODE

KIT = CODE / "viz_core" / "ui" / "frontend"
FLOW = CODE / "viz_core" / "lessons" / "home" / "flow"
OWN = Path(__file__).parent / "alive"
FOLDERS = {"viz_core.kit": KIT, "viz_core.flow": FLOW, "viz_core.alive": OWN}
IMPORT = re.compile(r'^import (?:\{([^}]*)\}|(\w+)) from "([^"]+)"\n', re.MULTILINE)
EXPORT = re.compile(r"^export (async function|function|const|class) (\w+)", re.MULTILINE)
DEFAULT = re.compile(r"^export default (.+)$", re.MULTILINE)


def module_of(view: str) -> str:
    """The module of a canvas view, as our modules name each other."""
    folder = "viz_core.flow" if view == "flow" else "viz_core.kit"
    return f"{folder}/{view}.js"


@cache
def bundle(names: tuple[str, ...]) -> str:
    """A script that gives these modules and what they import, by their names in `modules`."""
    order: dict[str, str] = {}
    for name in names:
        _add(name, order)
    parts = [f'modules["{name}"] = (() => {{\n{text}}})()\n' for name, text in order.items()]
    return "const modules = {}\n" + "".join(parts)


def _add(name: str, order: dict[str, str]) -> None:
    """A module, after all that it imports."""
    if name in order:
        return
    folder, file = name.split("/")
    text = (FOLDERS[folder] / file).read_text("utf-8")
    for _names, _default, path in IMPORT.findall(text):
        _add(_resolved(folder, path), order)

    def taken(found: re.Match[str]) -> str:
        names = ", ".join(one.strip() for one in (found[1] or "").split(",") if one.strip())
        taken = f"default: {found[2]}" if found[2] else names.replace(" as ", ": ")
        return f'const {{ {taken} }} = modules["{_resolved(folder, found[3])}"]\n'

    given = [name for _kind, name in EXPORT.findall(text)]
    text = EXPORT.sub(r"\1 \2", IMPORT.sub(taken, text))
    default = DEFAULT.search(text)
    text = DEFAULT.sub("", text)
    gives = [*given, *([f"default: {default[1]}"] if default else [])]
    order[name] = f"{text}return {{ {', '.join(gives)} }}\n"


def _resolved(folder: str, path: str) -> str:
    """The name of a module that one in a folder imports."""
    parts = path.split("/")
    return f"{folder}/{parts[-1]}" if parts[0] == "." else "/".join(parts[1:])


def view_script(view: str) -> str:
    """A canvas view as one ES module, for the pages of our own server."""
    return bundle((module_of(view),)) + f'export default modules["{module_of(view)}"].default\n'


def style_of(view: str) -> str:
    """The style of a view of the kit."""
    return (KIT / f"{view}.css").read_text("utf-8")


def scripts(names: Iterable[str], explores: bool = False) -> str:
    """What one file needs: its own script and the views that it shows.

    Args:
        explores: whether the heads of a trace are walked through in it.
    """
    views = sorted(set(names))
    known = ", ".join(f'{name}: modules["{module_of(name)}"].default' for name in views)
    own = ("handout", "explorer") if explores else ("handout",)
    modules = (*(f"viz_core.alive/{name}.js" for name in own), *map(module_of, views))
    whole = bundle(modules)
    return whole + f"const views = {{ {known} }}\n"
