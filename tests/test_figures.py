import numpy as np
import pytest

from viz_core import Request
from viz_core.analysis.probabilities import distributions
from viz_core.figures import DARK, LIGHT, attention_heatmap, probability_bars
from viz_core.figures.theme import escape, tick_labels, visible
from viz_core.figures.tokens import byte_groups

TOM = "Tom is a cat. Tom's favorite food is fish."


@pytest.mark.parametrize("head", [0, 3, None])
def test_the_map_holds_the_records_numbers(transformer, head):
    trace = transformer.run(Request(TOM))
    record = trace.attentions[1]
    figure = attention_heatmap(record, trace.tokens, head)
    z = np.array(figure.data[0].z, dtype=np.float32)
    expected = record.values.mean(0) if head is None else record.values[head]
    shown = ~np.isnan(z)
    np.testing.assert_array_equal(z[shown], expected[shown])
    n = len(trace.tokens["text"])
    causal = trace.kind == "decoder"
    assert (~shown).sum() == (n * (n - 1) // 2 if causal else 0)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (0, 1)


def test_the_maps_ticks_are_the_tokens(decoder):
    trace = decoder.run(Request(TOM))
    figure = attention_heatmap(trace.attentions[0], trace.tokens, 0)
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert list(axis.tickvals) == list(range(13))
        names = [label.split("<sub>")[0] for label in axis.ticktext]
        assert names == tick_labels(trace.tokens["text"].strings)
        assert "·is<sub>2</sub>" in axis.ticktext  # twins are told apart
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # queries read downwards
    assert figure.layout.yaxis.scaleanchor == "x"  # square cells


def test_masked_cells_are_hatched_in_the_decoder_only(decoder, encoder):
    maps = [
        attention_heatmap(t.attentions[0], t.tokens, 0)
        for t in (runner.run(Request(TOM)) for runner in (decoder, encoder))
    ]
    assert maps[0].data[1].fillpattern.shape == "/"
    assert len(maps[1].data) == 1


def test_hidden_special_tokens_leave_rows_of_one(encoder):
    trace = encoder.run(Request(TOM))
    figure = attention_heatmap(trace.attentions[0], trace.tokens, 0, hide_special=True)
    z = np.array(figure.data[0].z)
    assert z.shape == (12, 12)
    np.testing.assert_allclose(z.sum(-1), 1, atol=1e-5)
    assert "[CLS]" not in figure.layout.xaxis.ticktext


def test_hovering_tells_rank_and_exact_weight(decoder):
    trace = decoder.run(Request("Tom is a cat"))
    data = attention_heatmap(trace.attentions[0], trace.tokens, 0).data[0]
    assert "%{z:.4f}" in data.hovertemplate
    rank = np.array(data.customdata)
    assert sorted(rank[-1]) == [1, 2, 3, 4, 5]
    assert rank[-1][np.argmax(np.array(data.z)[-1])] == 1


def test_a_figure_is_pure(decoder):
    trace = decoder.run(Request(TOM))
    draw = lambda: attention_heatmap(trace.attentions[0], trace.tokens, 0, DARK, word=3).to_json()  # noqa: E731
    assert draw() == draw()


def test_wrong_head_is_refused(decoder):
    trace = decoder.run(Request("a"))
    with pytest.raises(ValueError, match="head 9"):
        attention_heatmap(trace.attentions[0], trace.tokens, 9)


def test_hostile_tokens_are_text_in_plotly(decoder):
    trace = decoder.run(Request("<img src=x onerror=alert(1)> <b>"))
    spec = attention_heatmap(trace.attentions[0], trace.tokens, 0, note="<b>x</b>").to_dict()
    texts = [*spec["layout"]["xaxis"]["ticktext"], spec["layout"]["annotations"][-1]["text"]]
    for text in texts:
        assert "<" not in text.replace("<sub>", "").replace("</sub>", "")


def test_bars_are_the_probabilities_of_the_whole_vocabulary(decoder):
    (distribution,) = distributions(decoder.run(Request("Tom is a")))
    bars = probability_bars(distribution).data[0]
    assert len(bars.x) == 11
    assert sum(bars.x) == pytest.approx(1, abs=1e-6)
    assert list(bars.x[:10]) == sorted(bars.x[:10], reverse=True)
    assert bars.customdata[-1][0] == "and 2,038 others"


def test_white_space_is_visible():
    assert visible(" is") == "·is"
    assert visible("\n\t") == "↵⇥"
    assert visible("\x00\u200b") == "␀⟨U+200B⟩"
    assert escape("<b>&") == "&lt;b&gt;&amp;"
    assert tick_labels(["x" * 20]) == ["x" * 11 + "…"]


def test_bytes_of_one_character_belong_together():
    tokens = ["a", "<E6>", "<88>", "<91>", "<E6><AD>", "<A3>", "<FF>", "b"]
    assert byte_groups(tokens) == [(1, 4, "我"), (4, 6, "正")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_text_has_contrast_on_the_page(theme):
    for colour in (theme.text, theme.muted, theme.mark):
        assert contrast(colour, theme.background) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_scale_is_even_and_one_way(theme):
    steps = [luminance(colour) for colour in theme.amounts]
    falling = sorted(steps, reverse=True)
    assert steps == (falling if theme is LIGHT else falling[::-1])


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
