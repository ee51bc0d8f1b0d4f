"""Marian's tokenizers: a SentencePiece model for each language, and one list of ids for both.

transformers has them in Python only. Here they are the same pieces and scores in the `tokenizers`
library, under the ids of vocab.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from tokenizers.processors import TemplateProcessing
from transformers.utils import sentencepiece_model_pb2_new as proto

from viz_core.hub.tokenizer import FOREIGN

SPECIAL = UNKNOWN, END, PAD = "<unk>", "</s>", "<pad>"


def marian_tokenizers(path: Path) -> tuple[Tokenizer, Tokenizer]:
    """What cuts the source, and what cuts the target."""
    ids = json.loads((path / "vocab.json").read_text("utf-8"))
    source, target = (_tokenizer(path / f"{side}.spm", ids) for side in ("source", "target"))
    return source, target


def _tokenizer(file: Path, ids: dict[str, int]) -> Tokenizer:
    """One SentencePiece model under the ids of a list.

    A piece that only the other language has keeps its id, but under a name that no text has.
    """
    model: Any = proto.ModelProto()  # type: ignore[attr-defined]
    model.ParseFromString(file.read_bytes())
    scores = {piece.piece: piece.score for piece in model.pieces if piece.type == piece.NORMAL}
    names = sorted(ids, key=ids.__getitem__)
    if [ids[name] for name in names] != list(range(len(names))):
        raise ValueError("vocab.json leaves ids out")
    vocab = [
        (name if name in scores or name in SPECIAL else FOREIGN + name, scores.get(name, 0.0))
        for name in names
    ]
    tokenizer = Tokenizer(Unigram(vocab, unk_id=ids[UNKNOWN], byte_fallback=False))
    charsmap = model.normalizer_spec.precompiled_charsmap
    steps: list[normalizers.Normalizer] = [normalizers.Precompiled(charsmap)] if charsmap else []
    if model.normalizer_spec.remove_extra_whitespaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in SPECIAL]
    )
    tokenizer.post_processor = TemplateProcessing(
        single=f"$A {END}", special_tokens=[(END, ids[END])]
    )
    return tokenizer
