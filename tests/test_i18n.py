"""Two languages from the first page: nothing untranslated, nothing that goes round gettext."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from viz_core.i18n import DOMAIN, LANGUAGES, _, nearest_language, set_language, speaking
from viz_core.locale.__main__ import extract, read, update

ROOT = Path(__file__).parents[1]
# What these say stands in a terminal, or speaks to a programmer
UNSEEN = {
    *(ROOT / "viz_core" / name for name in ("serve.py", "trace.py")),
    *(ROOT / "viz_core/cli").glob("*.py"),
}
UNSEEN |= set((ROOT / "viz_core" / "bench").glob("*.py"))
FILES = [path for part in ("pages", "viz_core") for path in sorted((ROOT / part).rglob("*.py"))]
VISIBLE = [ROOT / "app.py", *(path for path in FILES if path not in UNSEEN)]
# Fields of tables that hold `N_("...")`, translated by `_(row.field)` where they are shown
TABLE_FIELDS = {
    "note",
    "title",
    "promise",
    "order",
    "reach",
    "says",
    "reason",
    "advice",
    "label",
    "teaches",
    "names",
}
OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Every message that the code asks gettext for."""
    template = tmp_path_factory.mktemp("template") / f"{DOMAIN}.pot"
    extract(template)
    with template.open("rb") as source:
        return {m.id for m in read_po(source) if m.id}


def called(node):
    """The name of what a call calls, `st.title` or `_`."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated(code):
    catalogue = read(code)
    assert [m.id for m in catalogue if m.id and (not m.string or m.fuzzy)] == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_is_that_of_the_code(code, asked):
    catalogue = read(code)
    assert asked == {m.id for m in catalogue if m.id}
    assert not catalogue.obsolete


def test_a_changed_sentence_keeps_its_translation_as_fuzzy(tmp_path):
    template, catalogue = Catalog(), Catalog("zh")
    catalogue.add("Reads word by word and hands one state on.", "逐词阅读，传递一个状态。")
    catalogue.add("Nobody says this any more.", "已无人说。")
    template.add("Reads word by word and passes one state on.")
    template.add("Unheard of")
    (tmp_path / "zh/LC_MESSAGES").mkdir(parents=True)
    for messages, name in ((template, "new.pot"), (catalogue, f"zh/LC_MESSAGES/{DOMAIN}.po")):
        with (tmp_path / name).open("wb") as file:
            write_po(file, messages)
    update(tmp_path / "new.pot", "zh", tmp_path)
    merged = read("zh", tmp_path)
    assert [(m.id, m.string, m.fuzzy) for m in merged if m.id] == [
        ("Reads word by word and passes one state on.", "逐词阅读，传递一个状态。", True),
        ("Unheard of", "", False),
    ]
    assert not merged.obsolete


@pytest.mark.parametrize("code", OTHERS)
def test_translations_keep_their_places(code):
    for message in read(code):
        if message.id:
            places = {name for _t, name, _s, _c in string.Formatter().parse(message.id) if name}
            found = {name for _t, name, _s, _c in string.Formatter().parse(message.string) if name}
            assert places == found, message.id


@pytest.mark.parametrize("path", VISIBLE, ids=lambda p: str(p.relative_to(ROOT)))
def test_gettext_gets_plain_literals(path, asked):
    """Babel sees a literal argument only, and none inside an f-string."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if called(node) in {"_", "N_"}:
            said = node.args[0]
            if isinstance(said, ast.Subscript):
                said = said.value  # one of a table
            if called(node) == "_" and isinstance(said, ast.Attribute):
                assert said.attr in TABLE_FIELDS, ast.unparse(node)
            else:
                assert isinstance(said, ast.Constant), ast.unparse(node)
                assert said.value in asked, ast.unparse(node)
        if isinstance(node, ast.JoinedStr):
            assert not [n for n in ast.walk(node) if called(n) == "_"], ast.unparse(node)


# Where a string argument is read by a visitor
SHOWN_CALLS = re.compile(
    r"^(st|picker|box|ui)\.(title|header|subheader|caption|markdown|write|text|info|error|warning|"
    r"success|button|toggle|selectbox|segmented_control|text_input|number_input|popover|expander|"
    r"download_button|page_link|metric|Page|tabs)$|^(how|say|show|toggle|title|ui\.open_lesson)$"
)
SHOWN_WORDS = {"label", "help", "placeholder", "text", "name", "title", "ticktext", "hovertemplate"}
NOT_PROSE = re.compile(r"^(:material/\w+:|[\w./%{}<>:+=-]*|Language · 语言)$")


@pytest.mark.parametrize("path", VISIBLE, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_prose_goes_round_gettext(path):
    tree = ast.parse(path.read_text("utf-8"))
    loose = []
    for node in ast.walk(tree):
        if SHOWN_CALLS.match(called(node)):
            shown = [*node.args[:2], *(k.value for k in node.keywords if k.arg in SHOWN_WORDS)]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            shown = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value in SHOWN_WORDS]
        elif called(node).endswith("Error"):
            shown = node.args[:1]
            if called(node) in {"ValueError", "KeyError", "TypeError"}:
                continue  # a programmer's mistake, read in the log
        else:
            continue
        for value in shown:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                prose = re.sub(r"<[^>]*>|%\{[^}]*\}", "", value.value)
                if re.search("[A-Za-z]{3}", prose) and not NOT_PROSE.match(prose):
                    loose.append(value.value)
            elif isinstance(value, ast.JoinedStr):
                words = "".join(p.value for p in value.values if isinstance(p, ast.Constant))
                words = re.sub(r"<(?!style)[^>]*>", "", words)
                if re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words) and "<style>" not in words:
                    loose.append(words)
    assert loose == []


def test_a_context_speaks_its_own_language():
    assert _("Layer") == "Layer"
    with speaking("zh"):
        assert _("Layer") == "层"
    assert _("Layer") == "Layer"
    with pytest.raises(ValueError, match="'fr' is not one of en, zh"):
        set_language("fr")


@pytest.mark.parametrize(
    ("locale", "code"),
    [("zh-CN", "zh"), ("zh_TW", "zh"), ("en-GB", "en"), ("de", "en"), (None, "en")],
)
def test_the_browsers_language_is_followed(locale, code):
    assert nearest_language(locale) == code


def test_the_terms_of_the_lectures_are_used():
    everything = " ".join(str(m.string) for m in read("zh"))
    for term in ("注意力", "解码器", "编码器", "掩码", "下一句预测"):
        assert term in everything
