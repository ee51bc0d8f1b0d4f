"""The family tree of language models: what is published of each, and where.

Shapes are those of the papers, or of the released weights where a paper leaves a size open; the
notes say which. What is not published is None here and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.analysis.published import Shape, part_counts
from viz_core.i18n import N_
from viz_core.kinds import DECODER, ENCODER, ENCODER_DECODER


@dataclass(frozen=True)
class Size:
    """One size of a published model.

    Attributes:
        stated: parameters as the paper or the release says; None if neither does.
        shape: None where not all of it is published.
    """

    name: str
    stated: float | None
    shape: Shape | None

    @property
    def counted(self) -> int | None:
        """Parameters by our formula; None without a shape."""
        return sum(part_counts(self.shape).values()) if self.shape else None

    @property
    def n_params(self) -> float | None:
        """What is counted, or else what is stated, or None."""
        return self.stated if self.counted is None else self.counted

    @property
    def off(self) -> float:
        """How far the count is from what is stated, as a share of that; 0 where one is missing."""
        return self.counted / self.stated - 1 if self.counted and self.stated else 0.0


@dataclass(frozen=True)
class Published:
    """A published model in all its sizes, the smallest first.

    Attributes:
        year: in which it came out first.
        parent: the model that it follows, by its paper or its name; empty for the first.
        source: paper, and where its sizes stand in it.
        note: what else is to be known of its sizes, in English.
    """

    name: str
    year: int
    kind: str
    parent: str
    source: str
    sizes: tuple[Size, ...]
    note: str = ""


def _gpt(name: str, stated: float, n_layer: int, d_model: int, n_head: int) -> Size:
    """A size of GPT-3, which reads 2,048 tokens."""
    return Size(name, stated, Shape("GPT-2", n_layer, d_model, n_head, 50_257, 2_048))


def _gpt_2(name: str, stated: float, n_layer: int, d_model: int) -> Size:
    return Size(name, stated, Shape("GPT-2", n_layer, d_model, d_model // 64, 50_257, 1_024))


def _bert(name: str, stated: float, n_layer: int, d_model: int, form: str = "BERT") -> Size:
    return Size(name, stated, Shape(form, n_layer, d_model, d_model // 64, 30_522, 512))


def _t5(name: str, stated: float, n_layer: int, d_model: int, d_ff: int, attn: int) -> Size:
    """A size of T5; its attention is as wide as all heads together.

    Args:
        attn: heads of 64 numbers each; of the two largest models of 128.
    """
    d_head = 128 if d_ff > 4_096 else 64
    shape = Shape("T5", n_layer, d_model, attn, 32_128, 512, d_ff, d_attn=attn * d_head)
    return Size(name, stated, shape)


def _bart(name: str, stated: float, n_layer: int, d_model: int) -> Size:
    return Size(name, stated, Shape("BART", n_layer, d_model, d_model // 64, 50_265, 1_024))


def _llama(
    name: str,
    stated: float,
    sizes: tuple[int, int, int, int],
    *,
    vocab_size: int = 32_000,
    n_ctx: int = 2_048,
    n_kv_head: int = 0,
) -> Size:
    """A size of Llama, whose heads have 128 numbers each.

    Args:
        sizes: n_layer, d_model, n_head, d_ff.
        n_kv_head: keys and values that heads share; by default each head has its own.
    """
    n_layer, d_model, n_head, d_ff = sizes
    d_kv = 128 * (n_kv_head or n_head)
    shape = Shape("Llama", n_layer, d_model, n_head, vocab_size, n_ctx, d_ff, d_model, d_kv)
    return Size(name, stated, shape)


def _llama_3(name: str, stated: float, sizes: tuple[int, int, int, int]) -> Size:
    return _llama(name, stated, sizes, vocab_size=128_256, n_ctx=8_192, n_kv_head=8)


# By year, and within a year in the order in which they came out.
FAMILY = (
    Published(
        "Transformer",
        2017,
        ENCODER_DECODER,
        "",
        "Vaswani et al. 2017, table 3",
        (Size("Transformer base", 65e6, None), Size("Transformer big", 213e6, None)),
        N_("Drawn as the paper states it: of its vocabulary it only says “about 37,000”."),
    ),
    Published(
        "GPT-1",
        2018,
        DECODER,
        "Transformer",
        "Radford et al. 2018, section 4.1; number: Radford et al. 2019, table 2",
        (Size("GPT-1", 117e6, Shape("GPT", 12, 768, 12, 40_478, 512)),),
        N_("The vocabulary is that of the released weights: 40,000 merges, 478 characters."),
    ),
    Published(
        "BERT",
        2018,
        ENCODER,
        "Transformer",
        "Devlin et al. 2019, section 3",
        (_bert("BERT base", 110e6, 12, 768), _bert("BERT large", 340e6, 24, 1_024)),
        N_("The paper says 30,000 kinds of tokens, the released English weights have 30,522."),
    ),
    Published(
        "GPT-2",
        2019,
        DECODER,
        "GPT-1",
        "Radford et al. 2019, table 2",
        (
            _gpt_2("GPT-2", 117e6, 12, 768),
            _gpt_2("GPT-2 medium", 345e6, 24, 1_024),
            _gpt_2("GPT-2 large", 762e6, 36, 1_280),
            _gpt_2("GPT-2 XL", 1_542e6, 48, 1_600),
        ),
        N_(
            "The paper's numbers are too small by a mistake of the authors, who say so beside the "
            "released weights: those have 124 M, 355 M, 774 M and 1.56 B."
        ),
    ),
    Published(
        "DistilBERT",
        2019,
        ENCODER,
        "BERT",
        "Sanh et al. 2019, table 3",
        (_bert("DistilBERT", 66e6, 6, 768, "DistilBERT"),),
    ),
    Published(
        "T5",
        2019,
        ENCODER_DECODER,
        "Transformer",
        "Raffel et al. 2020, section 3.7",
        (
            _t5("T5 small", 60e6, 6, 512, 2_048, 8),
            _t5("T5 base", 220e6, 12, 768, 3_072, 12),
            _t5("T5 large", 770e6, 24, 1_024, 4_096, 16),
            _t5("T5 3B", 2.8e9, 24, 1_024, 16_384, 32),
            _t5("T5 11B", 11e9, 24, 1_024, 65_536, 128),
        ),
        N_(
            "The released embedding has 32,128 rows. T5 large comes to the 770 M of the paper only "
            "if the scores had a matrix of their own; in the released weights they share the "
            "embedding, and it is 738 M."
        ),
    ),
    Published(
        "BART",
        2019,
        ENCODER_DECODER,
        "Transformer",
        "Lewis et al. 2020, section 2.1; widths and numbers: the authors' release",
        (_bart("BART base", 140e6, 6, 768), _bart("BART large", 400e6, 12, 1_024)),
    ),
    Published(
        "GPT-3",
        2020,
        DECODER,
        "GPT-2",
        "Brown et al. 2020, table 2.1",
        (
            _gpt("GPT-3 small", 125e6, 12, 768, 12),
            _gpt("GPT-3 medium", 350e6, 24, 1_024, 16),
            _gpt("GPT-3 large", 760e6, 24, 1_536, 16),
            _gpt("GPT-3 XL", 1.3e9, 24, 2_048, 24),
            _gpt("GPT-3 2.7B", 2.7e9, 32, 2_560, 32),
            _gpt("GPT-3 6.7B", 6.7e9, 32, 4_096, 32),
            _gpt("GPT-3 13B", 13e9, 40, 5_140, 40),
            _gpt("GPT-3 175B", 175e9, 96, 12_288, 96),
        ),
        N_(
            "The weights are not released. The table says width 5,140 for 13B, but its 40 heads of "
            "128 are 5,120, and the 12,850 M of table D.1 fit 5,120. For XL it says 24 heads of "
            "128, which are wider than the model; its count fits heads as wide as the model."
        ),
    ),
    Published(
        "Llama 1",
        2023,
        DECODER,
        "GPT-3",
        "Touvron et al. 2023a, table 2",
        (
            _llama("Llama 1 7B", 6.7e9, (32, 4_096, 32, 11_008)),
            _llama("Llama 1 13B", 13e9, (40, 5_120, 40, 13_824)),
            _llama("Llama 1 33B", 32.5e9, (60, 6_656, 52, 17_920)),
            _llama("Llama 1 65B", 65.2e9, (80, 8_192, 64, 22_016)),
        ),
        N_(
            "The feed-forward width is 2/3 of 4 × the model's, rounded up to a multiple of 256 as "
            "in the released code. The paper names GPT-3 for the norm before each part, PaLM for "
            "the gated feed-forward network, GPT-Neo for rotary positions."
        ),
    ),
    Published(
        "GPT-4",
        2023,
        DECODER,
        "GPT-3",
        "OpenAI 2023, GPT-4 Technical Report, section 2",
        (Size("GPT-4", None, None),),
        N_("Its size is not published; the report says that it leaves it out."),
    ),
    Published(
        "Llama 2",
        2023,
        DECODER,
        "Llama 1",
        "Touvron et al. 2023b, table 1",
        (
            _llama("Llama 2 7B", 7e9, (32, 4_096, 32, 11_008), n_ctx=4_096),
            _llama("Llama 2 13B", 13e9, (40, 5_120, 40, 13_824), n_ctx=4_096),
            _llama("Llama 2 70B", 70e9, (80, 8_192, 64, 28_672), n_ctx=4_096, n_kv_head=8),
        ),
        N_("The shapes are those of the released weights; a fourth size, 34B, was not released."),
    ),
    Published(
        "Llama 3",
        2024,
        DECODER,
        "Llama 2",
        "Grattafiori et al. 2024, table 3",
        (
            _llama_3("Llama 3 8B", 8e9, (32, 4_096, 32, 14_336)),
            _llama_3("Llama 3 70B", 70e9, (80, 8_192, 64, 28_672)),
            _llama_3("Llama 3 405B", 405e9, (126, 16_384, 128, 53_248)),
        ),
        N_("The table says 128,000 kinds of tokens, the released embedding has 128,256 rows."),
    ),
)


def sizes() -> tuple[Size, ...]:
    """Every size whose shape is published, in the order of the tree."""
    return tuple(size for model in FAMILY for size in model.sizes if size.shape)
