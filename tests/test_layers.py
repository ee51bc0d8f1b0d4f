"""Who may import whom: text -> tokenizer -> model -> trace -> figure -> page, and no way back."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANDARD_WEB = {"streamlit", "plotly", "altair"}
BENCH = ("__init__", "drawing", "large", "passes", "peers", "timing")  # what is measured, anywhere
# runners of our own models: they load torch
LOCAL_RUNNERS = tuple(
    f"viz_core.runners.{name}"
    for name in (
        "alternatives",
        "causal",
        "intervene",
        "local",
        "masked",
        "measures",
        "multiplications",
        "pictures",
        "translation",
        "writers",
    )
)
# of the workshop: what the app imports of it; all else loads torch, in workers
LIGHT_WORKSHOP = (
    *("__init__", "entry", "folder", "frames", "hall", "helper", "poem", "run", "setup", "told"),
)
WORKERS = tuple(
    f"viz_core.workshop.{name}" for name in ("objective", "prefix", "sources", "trainer", "worker")
)
# what the seam between models and everything that looks at them may not import
SEAM = {
    "torch",
    "transformers",
    *STANDARD_WEB,
    *LOCAL_RUNNERS,
    *(f"viz_core.{part}" for part in ("models", "hooks", "figures", "ui")),
}

# part -> names that it may not import, by prefix; the longest matching part counts
RULES = {
    "viz_core/trace.py": {"torch", "transformers", "tokenizers", *STANDARD_WEB, "pandas"},
    "viz_core/kinds.py": {"torch", "numpy", *STANDARD_WEB, "pandas"},
    "viz_core/design.py": {"torch", "numpy", *STANDARD_WEB, "pandas"},
    "viz_core/errors.py": {"torch", "numpy", "viz_core", *STANDARD_WEB},
    "viz_core/i18n.py": {"torch", "numpy", "viz_core", *STANDARD_WEB},
    "viz_core/files.py": {"torch", "numpy", "pandas", *STANDARD_WEB, "viz_core.places"},
    "viz_core/cli": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui", "viz_core.lessons"},
    "viz_core/tour.py": {
        "torch",
        "numpy",
        "pandas",
        *STANDARD_WEB,
        "viz_core.analysis",
        "viz_core.figures",
        "viz_core.models",
        "viz_core.registry",
        "viz_core.runners",
        "viz_core.ui",
    },
    "viz_core/places.py": {
        "torch",
        "numpy",
        "pandas",
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("models", "registry", "runners", "ui")),
    },
    "viz_core/hooks.py": {*STANDARD_WEB, "viz_core.figures", "viz_core.runners", "viz_core.ui"},
    "viz_core/models": {*STANDARD_WEB, "viz_core.figures", "viz_core.runners", "viz_core.ui"},
    "viz_core/tokenizers.py": {"torch", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/chinese_tokenizer.py": {"torch", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/picture_tokenizers.py": {"torch", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/pictures.py": {
        "torch",
        "pandas",
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("figures", "models", "registry", "runners", "ui")),
    },
    "viz_core/childhood.py": {"torch", "numpy", "pandas", *STANDARD_WEB, "viz_core"},
    **{f"viz_core/runners/{name}.py": SEAM for name in ("base", "checks", "question")},
    "viz_core/runners/interventions.py": SEAM,
    "viz_core/runners": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/generate": {
        "torch",
        *STANDARD_WEB,
        "viz_core.models",
        *LOCAL_RUNNERS,
        "viz_core.figures",
        "viz_core.ui",
    },
    "viz_core/recall": {
        "torch",
        *STANDARD_WEB,
        "viz_core.figures",
        "viz_core.ui",
        "viz_core.training",
    },
    "viz_core/few_shot": {
        "torch",
        *STANDARD_WEB,
        "viz_core.models",
        *LOCAL_RUNNERS,
        "viz_core.figures",
        "viz_core.ui",
        "viz_core.training",
    },
    "viz_core/cost.py": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui", "viz_core.runners"},
    "viz_core/memory_watch.py": {*STANDARD_WEB, "viz_core"},
    "viz_core/checkpoints.py": {"torch", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/metrics.py": {"torch", "numpy", "pandas", *STANDARD_WEB, "viz_core"},
    "viz_core/losses.py": {"torch", "numpy", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/loading.py": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/training": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/analysis": {
        "torch",
        *STANDARD_WEB,
        "viz_core.runners",
        "viz_core.models",
        "viz_core.registry",
        "viz_core.figures",
        "viz_core.ui",
        "viz_core.training",
    },
    "viz_core/languages.py": {"torch", "pandas", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    **{
        f"viz_core/{name}.py": {*STANDARD_WEB, "viz_core.figures", "viz_core.ui"}
        for name in ("registry", "entries", "shelf")
    },
    "viz_core/hub": {
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("analysis", "figures", "registry", "training", "ui")),
    },
    "viz_core/guests.py": {"torch", "numpy", "pandas", *STANDARD_WEB, "viz_core"},
    "viz_core/workshop": {
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("registry", "figures", "lessons", "ui")),
    },
    "viz_core/foundations": {
        "torch",
        "transformers",
        *STANDARD_WEB,
        *(
            f"viz_core.{part}"
            for part in ("analysis", "figures", "lessons", "models", "registry", "runners", "ui")
        ),
    },
    "viz_core/figures": {
        "torch",
        "transformers",
        "streamlit",
        "viz_core.runners",
        "viz_core.ui",
        "viz_core.models",
        "viz_core.registry",
        "viz_core.training",
        "viz_core.tokenizers",
        "viz_core.chinese_tokenizer",
        "viz_core.hooks",
    },
    "viz_core/content.py": {"torch", "pandas", "viz_core", *STANDARD_WEB},
    "viz_core/links.py": {"torch", "pandas", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/sentences.py": {"torch", "numpy", "pandas", *STANDARD_WEB},
    "viz_core/views.py": {"torch", "pandas", *STANDARD_WEB, "viz_core.figures", "viz_core.ui"},
    "viz_core/rates.py": {"viz_core", "torch", *STANDARD_WEB},
    "viz_core/store": {
        "torch",
        "pandas",
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("figures", "ui", "lessons", "web", "handout")),
    },
    "viz_core/stage": {
        "torch",
        "pandas",
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("figures", "ui", "lessons", "web", "store")),
    },
    "viz_core/drawing": {
        "torch",
        *STANDARD_WEB,
        *(f"viz_core.{part}" for part in ("analysis", "ui", "lessons", "runners", "registry")),
    },
    "viz_core/handout": {
        "torch",
        "plotly",
        *(f"viz_core.{part}" for part in ("models", "lessons", "runners", "training", "web")),
    },
    "viz_core/web": {
        "torch",
        "plotly",
        *(f"viz_core.{part}" for part in ("models", "lessons", "runners", "training")),
    },
    "viz_core/lessons": {
        "torch",
        "transformers",
        "viz_core.models",
        "viz_core.hooks",
        "viz_core.training",
        *LOCAL_RUNNERS,
        *WORKERS,
        "viz_core.tokenizers",
        "viz_core.chinese_tokenizer",
    },
    "viz_core/ui": {
        "torch",
        "transformers",
        "viz_core.lessons",
        "viz_core.models",
        "viz_core.hooks",
        "viz_core.training",
        *LOCAL_RUNNERS,
        *WORKERS,
        "viz_core.tokenizers",
        "viz_core.chinese_tokenizer",
    },
}
ONLY_THESE = {  # of ours; nothing else
    "viz_core/trace.py": (
        "viz_core.content",
        "viz_core.design",
        "viz_core.errors",
        "viz_core.kinds",
    ),
    "viz_core/sentences.py": ("viz_core.i18n",),
    "viz_core/kinds.py": ("viz_core.design", "viz_core.i18n"),
    "viz_core/design.py": (),
}
LIGHT_AT_START = (
    "viz_core/childhood.py",
    "viz_core/guests.py",
    *(f"viz_core/workshop/{name}.py" for name in LIGHT_WORKSHOP),
    "viz_core/registry.py",
    "viz_core/entries.py",
    "viz_core/languages.py",
    *(
        f"viz_core/hub/{name}.py"
        for name in ("__init__", "entry", "extra", "family", "folder", "languages")
    ),
    "viz_core/shelf.py",
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "viz_core/hub/families").glob("*.py")),
    "viz_core/loading.py",
    "viz_core/checkpoints.py",
    "viz_core/losses.py",
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "viz_core/cli").glob("*.py")),
    "viz_core/files.py",
    "viz_core/i18n.py",
    "viz_core/places.py",
    "viz_core/serve.py",
    "viz_core/app_server.py",
    "viz_core/addresses.py",
    "viz_core/cost.py",
    "viz_core/recall/measure.py",
    *(
        f"viz_core/generate/{name}.py"
        for name in ("__init__", "beam", "choice", "limits", "writing")
    ),
    "viz_core/tour.py",
    "viz_core/links.py",
    "viz_core/kinds.py",
)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it; `from a import b` counts as a.b too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def top_imports(path: Path) -> set[str]:
    """Modules imported when the file is, TYPE_CHECKING blocks aside."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    return names | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


SOURCES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("viz_core/**/*.py"))


@pytest.mark.parametrize("source", SOURCES)
def test_core_modules_import_only_what_they_may(source):
    part = max(
        (p for p in RULES if source == p or source.startswith(p + "/")), key=len, default=None
    )
    if part is None:
        assert source in {
            "viz_core/__init__.py",
            "viz_core/__main__.py",
            "viz_core/serve.py",
            *(f"viz_core/bench/{name}.py" for name in BENCH),
            "viz_core/app_server.py",
            "viz_core/html_script.py",
            "viz_core/addresses.py",
            "viz_core/notebooks.py",
            "viz_core/locale/__init__.py",
            "viz_core/locale/__main__.py",
        }, f"{source} has no rule"
        return
    broken = {n for n in imports(ROOT / source) for bad in RULES[part] if within(n, bad)}
    if source in ONLY_THESE:
        ours = {n for n in imports(ROOT / source) if within(n, "viz_core")}
        broken |= {n for n in ours if not any(within(n, may) for may in ONLY_THESE[source])}
    assert not broken, f"{source} imports {sorted(broken)}"


PAGES = sorted((ROOT / "pages").glob("*.py"))
ROOMS = sorted(path.name for path in (ROOT / "viz_core/lessons").iterdir() if path.is_dir())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_page_imports_the_kit_and_its_one_lesson(page):
    may = ("streamlit", "viz_core.ui", f"viz_core.lessons.{page.stem}")
    for name in imports(page):
        assert any(within(name, one) for one in may), name


def test_every_page_has_a_room():
    assert {page.stem for page in PAGES} == {room for room in ROOMS if room != "__pycache__"}


@pytest.mark.parametrize(
    "source", [s for s in SOURCES if s.startswith("viz_core/lessons/")], ids=lambda s: s[17:]
)
def test_no_lesson_imports_another(source):
    rooms = {n.split(".")[2] for n in imports(ROOT / source) if within(n, "viz_core.lessons")}
    assert rooms <= {source.split("/")[2]}


@pytest.mark.parametrize("source", LIGHT_AT_START)
def test_start_up_loads_no_heavy_library(source):
    heavy = {"torch", "transformers", "streamlit", "plotly", "pandas"}
    assert not {n for n in top_imports(ROOT / source) if n.split(".")[0] in heavy}


def test_app_and_pages_stay_thin():
    assert len((ROOT / "app.py").read_text().splitlines()) <= 60
    for page in (ROOT / "pages").glob("*.py"):
        assert len(page.read_text().splitlines()) <= 80, page.name
