"""How many parameters a Transformer of a published shape has, part by part: one formula for all."""

from __future__ import annotations

from dataclasses import dataclass

from viz_core.kinds import DECODER, ENCODER, ENCODER_DECODER, kind_of


@dataclass(frozen=True)
class Form:
    """What decides, besides its sizes, how many parameters a Transformer has.

    Attributes:
        kind: a name of `viz_core.kinds.KINDS`; an encoder-decoder has two stacks of blocks.
        bias: each matrix of a block has a bias.
        norm: vectors that a norm learned: gain and bias (LayerNorm), or the gain alone (RMSNorm).
        stack_norm: each stack has one norm besides those of its blocks.
        gated: the feed-forward network has a third matrix, for its gate.
        places: how a place is told: `learned` rows, `buckets` of distances or `rotary`.
        extra_rows: learned rows besides one a place: of segments, or never used.
        pooler: a layer of its own on the first token, which is shipped with the weights.
        tied: the scores use the embedding again.
    """

    kind: str
    bias: bool = True
    norm: int = 2
    stack_norm: bool = True
    gated: bool = False
    places: str = "learned"
    extra_rows: int = 0
    pooler: bool = False
    tied: bool = True


FORMS = {
    "GPT": Form(DECODER, stack_norm=False),
    "GPT-2": Form(DECODER),  # GPT-3's, too
    "BERT": Form(ENCODER, extra_rows=2, pooler=True),
    "DistilBERT": Form(ENCODER),
    "T5": Form(ENCODER_DECODER, bias=False, norm=1, places="buckets"),
    "BART": Form(ENCODER_DECODER, extra_rows=2),
    "Llama": Form(DECODER, bias=False, norm=1, gated=True, places="rotary", tied=False),
}
BUCKETS = 32  # of distances, of which T5 learns a number a head (Raffel et al. 2020, section 2.1)


@dataclass(frozen=True)
class Shape:
    """The sizes of a published model.

    Attributes:
        form: a name of `FORMS`.
        n_layer: blocks, of each stack.
        d_ff: by default four times `d_model`.
        d_attn: width of all queries of a layer together; by default `d_model`.
        d_kv: that of all keys, and of all values; by default `d_attn`.
    """

    form: str
    n_layer: int
    d_model: int
    n_head: int
    vocab_size: int
    n_ctx: int
    d_ff: int = 0
    d_attn: int = 0
    d_kv: int = 0


def part_counts(shape: Shape) -> dict[str, int]:
    """The parameters of each part, keys as in `viz_core.analysis.anatomy.PARTS`.

    Raises:
        ValueError: no such form, or no such way to tell places.

    Source: Vaswani et al. 2017, section 3; what a form does otherwise is from its own paper.
    """
    if shape.form not in FORMS:
        raise ValueError(f"form {shape.form!r} is not one of {', '.join(FORMS)}")
    form, d = FORMS[shape.form], shape.d_model
    two = kind_of(form.kind).translates
    n_stack = 2 if two else 1
    n_norm = shape.n_layer * (5 if two else 2) + n_stack * form.stack_norm
    head = (d * d + d if form.pooler else 0) + (0 if form.tied else shape.vocab_size * d)
    parts = {
        "embedding": shape.vocab_size * d,
        "positions": n_stack * _places(form, shape),
        "output head": head,
        "cross-attention": shape.n_layer * _attention(form, shape) if two else 0,
        "attention": n_stack * shape.n_layer * _attention(form, shape),
        "feed-forward": n_stack * shape.n_layer * _feed_forward(form, shape),
        "norms": n_norm * form.norm * d,
    }
    return {part: n for part, n in parts.items() if n}


def _places(form: Form, shape: Shape) -> int:
    """What a stack learned about places."""
    if form.places == "learned":
        return (shape.n_ctx + form.extra_rows) * shape.d_model
    if form.places == "buckets":
        return BUCKETS * shape.n_head
    if form.places == "rotary":
        return 0
    raise ValueError(f"places {form.places!r} are none of learned, buckets, rotary")


def _attention(form: Form, shape: Shape) -> int:
    """W_q, W_k, W_v and W_o of one attention."""
    d, d_attn = shape.d_model, shape.d_attn or shape.d_model
    d_kv = shape.d_kv or d_attn
    return 2 * d * d_attn + 2 * d * d_kv + form.bias * (d_attn + 2 * d_kv + d)


def _feed_forward(form: Form, shape: Shape) -> int:
    """The two matrices of one feed-forward network, or three where it is gated."""
    d, d_ff = shape.d_model, shape.d_ff or 4 * shape.d_model
    return (3 if form.gated else 2) * d * d_ff + form.bias * (d_ff + d)
