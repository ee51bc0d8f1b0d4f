"""Home as AppTest opens it: what is sent to the picture, and what stands around it."""

import json
import struct

import numpy as np
import pytest
from opened import open_page, said, unfold

from viz_core import Request, load
from viz_core.figures.theme import legible
from viz_core.kinds import KINDS, kind_of
from viz_core.lessons.home.english_openings import OPENINGS
from viz_core.lessons.home.kinds import what_changed
from viz_core.lessons.home.reading import telling_head
from viz_core.links import link_of
from viz_core.registry import MODELS, model_ids
from viz_core.runners.question import question

TOM = "Tom is a cat. Tom's favorite food is"
WIDGETS = (
    "text_input button_group segmented_control pills selectbox multiselect number_input slider "
    "toggle"
).split()


def flow_of(app):
    """The head of the payload that the page sends to the flow."""
    for component in app.get("bidi_component"):
        if component.proto.component_name == "viz_core.flow":
            payload = component.proto.bytes[8:]  # behind the time since which it is the newest
            (length,) = struct.unpack("<I", payload[:4])
            return json.loads(payload[4 : 4 + length]), payload[4 + length :]
    raise AssertionError("no flow on the page")


@pytest.mark.parametrize("model", MODELS)
def test_any_registered_model_flows(model):
    app = open_page("pages/home.py", model=model, text=TOM)
    assert not app.exception
    assert not app.error
    head, _numbers = flow_of(app)
    assert (head["model"], head["kind"]) == (model, MODELS[model].kind)
    assert head["text"].startswith("Tom is a cat")
    assert head["guesses"][head["answer"]]


@pytest.mark.parametrize("model", model_ids())
def test_all_that_is_sent_for_32_tokens_is_small(model):
    text = " ".join(("the cat saw a dog and the dog saw a cat " * 3).split()[:28])
    app = open_page("pages/home.py", model=model, text=text, lang="zh")
    sent = [
        c.proto.bytes
        for c in app.get("bidi_component")
        if c.proto.component_name == "viz_core.flow"
    ]
    assert 5_000 < len(sent[0]) <= 60_000


def test_no_script_goes_along_with_a_view():
    app = open_page("pages/home.py")
    for component in app.get("bidi_component"):
        name = component.proto.component_name.removeprefix("viz_core.")
        assert (component.proto.js_source_path, component.proto.js_content) == (f"{name}.js", "")


@pytest.mark.parametrize("model", ["decoder-stories", "transformer-zh-en"])
def test_the_first_view_is_of_the_head_at_which_the_text_shows_most(model):
    text = "Ben is a dog." if model == "decoder-stories" else "我有一只猫。"
    found = telling_head(model, text)
    app = open_page("pages/home.py", model=model, text=text)
    assert (flow_of(app)[0]["layer"], flow_of(app)[0]["head"]) == (found.layer, found.head)
    assert telling_head(model, "") is None


@pytest.mark.parametrize("model", ["decoder-stories", "encoder-stories"])
def test_the_opened_head_is_the_chosen_one(model):
    app = open_page("pages/home.py", model=model, text=TOM, layer="3", head="1")
    head, numbers = flow_of(app)
    kind = MODELS[model].kind
    name = f"{kind}.3.self_attn.weights"
    offset, shape = head["arrays"]["weights"][name]
    sent = np.frombuffer(numbers, "<u2", np.prod(shape), offset).reshape(shape) / 65535
    recorded = load(model).run(Request(question(kind_of(kind), TOM)))[name].values[1]
    n = len(recorded)
    np.testing.assert_allclose(sent[:n, :n], recorded, atol=1e-5)


def test_a_decoder_writes_on_what_it_finds_likeliest():
    head, _numbers = flow_of(open_page("pages/home.py", text=TOM))
    words = head["stacks"][0]["whole"]
    assert len(words) > head["n_read"]
    for n in range(head["n_read"], len(words)):
        assert words[n] == head["guesses"][n - 1][0]


@pytest.mark.parametrize("text", ["Tom is a cat. Tom's favorite food is ", "cat " * 254, "我"])
def test_where_nothing_can_be_written_the_text_stays_as_it_is(text):
    app = open_page("pages/home.py", text=text)
    assert not app.exception
    head, _numbers = flow_of(app)
    trace = load("decoder-stories").run(Request(text))
    assert head["stacks"][0]["whole"][: head["n_read"]] == [
        string.replace(" ", "·") for string in trace.tokens["text"].strings
    ]
    assert head["n_read"] == len(trace.tokens["text"])
    told = any("Coloured words" in caption.value for caption in app.caption)
    assert told == (len(head["stacks"][0]["whole"]) > head["n_read"])


def test_a_long_text_has_no_influences_and_says_so():
    app = open_page("pages/home.py", model="lstm-stories", text="cat " * 120)
    assert not app.error
    head, _numbers = flow_of(app)
    assert "influence" not in head["arrays"]
    assert any("at most 96 tokens" in caption.value for caption in app.caption)


LESSONS = (
    "attention step_by_step contribution residual_stream what_if memory next_word compare "
    "positions distance translate scale"
).split()


def test_parts_lead_to_pages_that_there_are():
    pages = set()
    for model in MODELS:
        head, _numbers = flow_of(open_page("pages/home.py", model=model, text=TOM))
        for about in head["parts"].values():
            assert about["says"]
            if "href" in about:
                assert about["opens"]
                pages.add(about["href"].split("?")[0])
    assert pages == set(LESSONS)
    for page in pages:
        assert not open_page(f"pages/{page}.py").exception


def test_a_lesson_gets_the_words_that_were_read():
    text = "Tom is a [MASK]. He"
    for model, read in (("decoder-stories", "Tom+is+a"), ("encoder-stories", "Tom+is+a+%5BMASK")):
        parts = flow_of(open_page("pages/home.py", model=model, text=text))[0]["parts"]
        assert f"text={read}" in parts["bar"]["href"]
        assert "text=Tom+is+a+%5BMASK" in parts["mix"]["href"]  # this page asks itself


@pytest.mark.parametrize("page", LESSONS)
def test_what_is_usual_on_a_page_is_left_out_of_its_address(page):
    """Else Streamlit takes it out, and the browser's way back ends there."""
    app = open_page(f"pages/{page}.py")
    shown = {
        one.key: one.value[0] if isinstance(one.value, list) and one.value else one.value
        for kind in WIDGETS
        for one in app.get(kind)
    }
    usual = {value.key: value.default for value in link_of(page) if value.default is not None}
    assert {"text"} <= set(usual) & set(shown)
    for key in set(usual) & set(shown):  # the others are of other choices on the page
        if isinstance(shown[key], bool | float | int):
            assert float(shown[key]) == float({"true": 1, "false": 0}.get(usual[key], usual[key]))
        else:
            assert (shown[key] or "") == usual[key], key


def test_every_opening_is_taken_whole():
    found = OPENINGS
    assert len(found) >= 10
    for one in found:
        app = open_page("pages/home.py")
        app.selectbox(key="example").set_value(one.text).run()
        assert not app.exception
        head, _numbers = flow_of(app)
        assert app.text_input(key="text").value == one.text
        assert head["model"] == one.model
        if not kind_of(head["kind"]).recurrent:
            assert (head["layer"], head["head"]) == (one.layer, one.head)
        if one.word >= 0:
            assert head["word"] == one.word
        assert one.teaches in head["remark"]


# opening -> words at whose row the opened head looks most at which word, and what is expected
POINTS = {
    "Tom is a cat. Tom's favorite food is": (6, 4, " fish"),
    "Tom is a cat. Lily is a dog. Lily's favorite food is": (11, 9, " bones"),
    "Tom is a dog. Lily is a cat. Lily's favorite food is": (11, 9, " fish"),
    "Tom is not a cat. Tom's favorite food is": (11, 5, " fish"),
    "Lily was sad because": (4, 1, " she"),
    "Tom is a [MASK]. Tom's favorite food is cheese.": (4, 11, " mouse"),
    "The apple is": (3, 2, " red"),
    "Ming is a panda. Ming's favorite food is": (12, 5, " bamboo"),
    "我正在吃饭。": (2, 2, " eating"),
    "昨天我在公园里看见了他。": (6, 0, " yesterday"),
    "Once upon a time, there was a little": (None, None, " girl"),
}


@pytest.mark.parametrize("one", [o for o in OPENINGS if o.text in POINTS], ids=lambda o: o.text)
def test_an_opening_shows_its_point(one):
    query, key, guess = POINTS[one.text]
    kind = MODELS[one.model].kind
    trace = load(one.model).run(Request(question(kind_of(kind), one.text), everywhere=True))
    if query is not None:
        part = "decoder.{}.cross_attn" if kind == "encoder-decoder" else f"{kind}.{{}}.self_attn"
        weights = trace[f"{part.format(one.layer)}.weights"].values[one.head]
        assert weights[query].argmax() == key
    head, _numbers = flow_of(open_page("pages/home.py", text=one.text, model=one.model))
    assert head["guesses"][head["word"]][0] == guess.replace(" ", "·")


def test_the_first_opening_has_a_second_half():
    """In layer 3, head 3, the last word looks at “Tom”."""
    trace = load("decoder-stories").run(Request(TOM))
    assert trace["decoder.3.self_attn.weights"].values[3, 10].argmax() == 6


def test_a_fact_far_away_is_lost_by_the_rnn_alone():
    far = OPENINGS[1].text
    found = {
        model: load(model).run(Request(question(MODELS[model].traits, far))).top[0].token
        for model in ("rnn-stories", "lstm-stories", "decoder-stories")
    }
    assert found["rnn-stories"] != " bamboo"
    assert found["lstm-stories"] == found["decoder-stories"] == " bamboo"


def test_the_table_keeps_two_texts_apart():
    """Source and target have five tokens each, and so could be taken for one another."""
    app = open_page("pages/home.py", text="我正在吃饭。", model="transformer-zh-en")
    unfold(app, "flow").toggle(key="table_flow").set_value(True).run()
    table = app.dataframe[0].value
    assert list(table.index) == ["0 [BOS]", "1 I", "2 'm", "3 ·eating", "4 ."]
    target = {"decoder.embed", "decoder.1.resid_mid", "decoder.1.cross_attn.q"}
    assert target <= set(table.columns)
    source = {"embed", "positions", "decoder.1.cross_attn.k"}
    assert not source & set(table.columns)
    assert not [name for name in table.columns if name.startswith("encoder.")]


def test_a_kind_that_reads_less_is_not_said_to_read_the_same():
    app = open_page("pages/home.py", text="Tom is a [MASK]. He", model="encoder-stories")
    app.selectbox(key="model").set_value("decoder-stories").run()
    head, _numbers = flow_of(app)
    assert "it reads “Tom is a”" in head["remark"]
    assert "As before: the words" not in head["remark"]
    assert head["note"].endswith("Tom is a")


def test_a_point_is_made_only_where_it_is_seen():
    first = OPENINGS[0]
    at = {"layer": str(first.layer), "head": str(first.head)}
    app = open_page("pages/home.py", text=first.text, **at)
    assert flow_of(app)[0]["remark"] == first.teaches
    app = open_page("pages/home.py", text=first.text, layer="0", head="0")
    assert flow_of(app)[0]["remark"] == ""


def test_what_a_model_can_not_do_is_said():
    remarks = {
        (model, text): flow_of(open_page("pages/home.py", model=model, text=text))[0]["remark"]
        for model in ("decoder-stories", "encoder-stories", "transformer-zh-en")
        for text in ("我爱你。", "Lily is a dog")
    }
    assert "translates Chinese" in remarks["transformer-zh-en", "Lily is a dog"]
    assert remarks["transformer-zh-en", "我爱你。"] == ""
    if not any(entry.language == "zh" for entry in MODELS.values() if not entry.traits.translates):
        assert "byte by byte" in remarks["decoder-stories", "我爱你。"]  # else a link is offered
    assert remarks["decoder-stories", "Lily is a dog"] == ""
    assert "It reads: Lily is a dog [MASK]." in remarks["encoder-stories", "Lily is a dog"]


def test_visitors_of_two_browsers_share_no_address():
    """One reads Chinese by choice, one by the browser: the first one's lessons must say so."""
    chosen = open_page("pages/home.py", text=TOM, lang="zh")
    hrefs = [part["href"] for part in flow_of(chosen)[0]["parts"].values() if "href" in part]
    assert all("lang=zh" in href for href in hrefs)


def test_it_is_said_what_changes_between_any_two_kinds():
    for before in KINDS.values():
        for now in KINDS.values():
            if before != now:
                sentence = what_changed(before, now)
                assert "the words" in sentence
                assert now.title in sentence


def test_changing_the_kind_says_what_changed():
    app = open_page("pages/home.py", text=TOM)
    assert "From" not in flow_of(app)[0]["remark"]
    app.selectbox(key="model").set_value("rnn-stories").run()
    assert flow_of(app)[0]["remark"].startswith("From Decoder to RNN")
    app.text_input(key="text").set_value("Tom is").run()
    assert flow_of(app)[0]["remark"].startswith("From Decoder to RNN")


def test_the_picture_is_told_in_words():
    app = open_page("pages/home.py", text=TOM, layer="1", head="3")
    trace = load("decoder-stories").run(Request(TOM))
    row = trace["decoder.1.self_attn.weights"].values[3, 10]
    assert f"{row.max():.2f}" in said(app)
    assert "After “is” the Decoder expects “fish”" in flow_of(app)[0]["title"]
    app = open_page("pages/home.py", text=TOM, layer="1", head="3", word="6")
    row = trace["decoder.1.self_attn.weights"].values[3, 6]
    assert f"“Tom” looks most at “cat”, {row[4]:.2f}" in said(app)
    app = open_page("pages/home.py", text=TOM, model="llama-stories", layer="3", head="3")
    assert "“is” looks most at itself, 0.99" in said(app)
    app = open_page("pages/home.py", text="我正在吃饭。", model="transformer-zh-en")
    assert "It writes: I'm eating." in said(app).replace("&#x27;", "'")


def test_home_offers_every_model_of_the_registry():
    app = open_page("pages/home.py")
    assert app.selectbox(key="model").options == list(MODELS)
    assert set(model_ids()) <= set(MODELS)


@pytest.mark.parametrize(
    "links", [{"model": "../x"}, {"layer": "9"}, {"head": "mean"}, {"word": "-3"}, {"word": "999"}]
)
def test_a_broken_link_falls_back(links):
    app = open_page("pages/home.py", text=TOM, **links)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("model", ["decoder-stories", "lstm-stories", "encoder-stories"])
def test_no_label_hides_or_turns_what_was_typed(model):
    """Direction marks, zero-width and control characters are seen, and tear nothing."""
    typed = "Tom\u202e is\u200b a\x07 \x1b\ufffe cat"
    app = open_page("pages/home.py", model=model, text=typed)
    assert not app.exception
    head, _numbers = flow_of(app)

    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from strings(part)

    assert all(legible(text) == text for text in strings(head))
    assert "⟨U+202E⟩" in head["note"]
    assert "⟨U+202E⟩ <E2><80>" in head["stacks"][0]["strings"]
    shown = [said(app), *(e.value for e in (*app.subheader, *app.caption))]
    assert all(legible(text.replace("\n", "")) == text.replace("\n", "") for text in shown)


def test_the_pointer_learns_which_words_were_tried():
    head, numbers = flow_of(open_page("pages/home.py", model="lstm-stories", text=TOM))
    offset, shape = head["arrays"]["influence"]["influence"]
    influence = np.frombuffer(numbers, "<f4", shape[0], offset)
    cat = head["stacks"][0]["whole"].index("·cat")
    assert influence[cat] == pytest.approx(0.9, abs=0.02)
    heading, *lines = head["tried"][cat]
    assert "fish" in heading
    assert len(lines) == 8
    assert any(line.startswith("monkey: ") and line.endswith(" %") for line in lines)
    assert head["tried"][0] == []  # what the input form put there is not replaced
