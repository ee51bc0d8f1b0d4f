"""How good a model is, on text that it never saw.

Nothing here tunes anything: each function reads a loaded runner and a text and returns figures.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from tqdm import tqdm

from viz_core.errors import InputError, TooLongError
from viz_core.generate import beam_search
from viz_core.i18n import _
from viz_core.runners.base import Runner, Writer
from viz_core.runners.causal import CausalRunner
from viz_core.runners.masked import MaskedRunner
from viz_core.tokenizers import CLS, MASK, SEP
from viz_core.training.corpora import read_documents, sentences_of
from viz_core.training.pairs import Pair

MASK_SHARE = 0.15  # hidden tokens, as BERT is measured


@dataclass(frozen=True)
class Perplexity:
    """How well a causal model foresees a text.

    Attributes:
        bits_per_char: -log2 of the text's probability by its characters.
        perplexity: the same by tokens, as e to the mean loss.
    """

    bits_per_char: float
    perplexity: float
    n_tokens: int


@dataclass(frozen=True)
class MaskedAccuracy:
    """How often the likeliest token is the hidden one; `n_tokens` were hidden."""

    accuracy: float
    n_tokens: int


@torch.inference_mode()
def perplexity(runner: CausalRunner, documents: Iterable[str]) -> Perplexity:
    """Score every token of each document, the first one too.

    A document longer than the model's context is read in windows that overlap by half, so that no
    token but a document's first ones has less than half a context before it.
    """
    nats, n_tokens, n_chars = 0.0, 0, 0
    for document in documents:
        ids = torch.tensor(runner.tokenizer.document(document))
        scored = 1
        while scored < len(ids):
            begin = 0 if scored == 1 else scored - runner.card.n_ctx // 2
            window = ids[begin : begin + runner.card.n_ctx + 1]
            logits: Tensor = runner.model(window[None, :-1])[0]  # (pos, vocab)
            losses = cross_entropy(logits, window[1:], reduction="none")
            new = losses[scored - begin - 1 :]
            nats += new.double().sum().item()
            scored += len(new)
            n_tokens += len(new)
        n_chars += len(document)
    return Perplexity(nats / math.log(2) / n_chars, math.exp(nats / n_tokens), n_tokens)


@torch.inference_mode()
def masked_accuracy(
    runner: MaskedRunner, documents: Iterable[str], seed: int = 0
) -> MaskedAccuracy:
    """Hide 15 % of each document's tokens behind [MASK] and let the model restore them.

    Raises:
        InputError: the text is so short that none is hidden.
    """
    rng = random.Random(seed)
    cls, sep, mask = map(runner.tokenizer.special_id, (CLS, SEP, MASK))
    hits = n_hidden = 0
    room = runner.card.n_ctx - 2
    for document in documents:
        whole = runner.tokenizer.encode(document)
        for begin in range(0, len(whole), room):
            part = whole[begin : begin + room]
            hidden = [n for n in range(len(part)) if rng.random() < MASK_SHARE]
            if not hidden:
                continue
            shown = [mask if n in set(hidden) else token for n, token in enumerate(part)]
            ids = torch.tensor([[cls, *shown, sep]])
            logits = runner.model(ids, torch.zeros_like(ids)).logits[0, 1:-1]  # (pos, vocab)
            found = logits[hidden].argmax(-1).tolist()
            hits += sum(part[n] == token for n, token in zip(hidden, found, strict=True))
            n_hidden += len(hidden)
    if not n_hidden:
        raise InputError(
            _(
                "The text is too short: {share} of its tokens are hidden by chance, and here none "
                "was. Give a longer text."
            ).format(share=f"{MASK_SHARE:.0%}")
        )
    return MaskedAccuracy(hits / n_hidden, n_hidden)


@torch.inference_mode()
def next_sentence_accuracy(
    runner: MaskedRunner, documents: Sequence[str], seed: int = 0
) -> dict[str, float | int]:
    """Two sentences of a story, or one of it and one of another: does the model know?"""
    rng = random.Random(seed)
    stories = [s for s in map(sentences_of, documents) if len(s) > 2]
    hits = n = 0
    for index, story in enumerate(stories):
        for follows in (True, False):
            at = rng.randrange(len(story) - 1)
            other = stories[(index + rng.randrange(1, len(stories))) % len(stories)]
            second = story[at + 1] if follows else rng.choice(other)
            encoded = runner.encode(f"{story[at]} {SEP} {second}")
            ids, segments = torch.tensor([encoded.ids]), torch.tensor([encoded.segments])
            verdict = runner.model(ids, segments).next_sentence[0].argmax().item()
            hits += (verdict == 0) == follows
            n += 1
    return {"accuracy": hits / n, "n": n, "chance": 0.5}


@dataclass(frozen=True)
class Translation:
    """How near translations are to what people wrote (Papineni et al. 2002; Popovic 2015).

    Attributes:
        bleu, bleu_lowercase, chrf: from 0 to 100, of the whole set.
        signature: how sacrebleu counted, and how was decoded, so that others can do the same.
        n: pairs that were translated.
        n_cut: translations among them that the model did not end, so that a limit cut them.
        n_left_out: pairs whose source is too long for the model.
    """

    bleu: float
    bleu_lowercase: float
    chrf: float
    signature: str
    n: int
    n_cut: int
    n_left_out: int


def translation(
    runner: Writer,
    pairs: Iterable[Pair],
    width: int = 5,
    left_out: Callable[[int, TooLongError], object] = lambda index, error: None,
) -> Translation:
    """Translate every source by beam search and compare with its target.

    Args:
        left_out: called with the index of a pair whose source is too long, and what is wrong; such
            pairs are counted and not measured.

    Raises:
        InputError: no source can be read.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    said, meant = [], []
    n_cut = n_left_out = 0
    for index, pair in enumerate(pairs):
        try:
            prefix = runner.begin(pair.source)
        except TooLongError as error:
            left_out(index, error)
            n_left_out += 1
            continue
        beam = beam_search(runner, prefix, width)
        best = beam.finished[0]
        n_cut += not beam.nodes[best].ended
        said.append(runner.decode([t for t in beam.tokens(best) if t != runner.end]))
        meant.append(pair.target)
    if not said:
        raise InputError(
            _("Every sentence is too long for {model_id} ({n} left out).").format(
                n=n_left_out, model_id=runner.card.model_id
            )
        )
    metrics = {"bleu": BLEU(), "bleu_lowercase": BLEU(lowercase=True), "chrf": CHRF()}
    scores = {name: metric.corpus_score(said, [meant]).score for name, metric in metrics.items()}
    counted = "; ".join(f"{name} {metric.get_signature()}" for name, metric in metrics.items())
    signature = f"beam:{width}; {counted}"
    return Translation(
        **scores, signature=signature, n=len(said), n_cut=n_cut, n_left_out=n_left_out
    )


def evaluate_text(runner: Runner, text: str) -> dict[str, float | int]:
    """What `attention-atlas evaluate perplexity` prints for one text file.

    Raises:
        InputError: the text is empty, or the model is of a kind that this measure doesn't fit.
    """
    documents = read_documents(text)
    if not documents:
        raise InputError(_("The text is empty. Type at least one word."))
    shown = tqdm(documents, unit="document", disable=None)  # where somebody watches
    if isinstance(runner, CausalRunner):
        return asdict(perplexity(runner, shown))
    if isinstance(runner, MaskedRunner):
        return asdict(masked_accuracy(runner, shown))
    raise InputError(
        _(
            "{model_id} is neither a causal nor a masked language model. "
            "Translations are measured by: evaluate translation."
        ).format(model_id=runner.card.model_id)
    )
