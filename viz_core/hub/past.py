"""What a model keeps of the tokens that it has read: ours to theirs, and back.

Our `Past` is a value that copies go on from; their caches grow in place. For a pass one is made of
the other, which copies no numbers.
"""

from __future__ import annotations

from typing import Any

from transformers import DynamicCache, EncoderDecoderCache

from viz_core.models.layers import Past

SELF, CROSS = "self", "cross"


def cache_of(past: Past, n_layer: int, across: bool) -> DynamicCache | EncoderDecoderCache:
    """A cache of theirs that holds what a past keeps.

    Args:
        across: the model looks at a second text, whose keys and values are kept too.
    """
    caches = []
    for part in (SELF, CROSS):
        kept = [past.get(f"{layer}.{part}") for layer in range(n_layer)]
        caches.append(DynamicCache([layer[:2] for layer in kept if layer is not None]))
    return EncoderDecoderCache(*caches) if across else caches[0]


def keep(past: Past, cache: DynamicCache | EncoderDecoderCache, n_new: int) -> None:
    """Keep what a pass over so many new tokens left in a cache."""
    both: dict[str, Any] = {SELF: cache}
    if isinstance(cache, EncoderDecoderCache):
        both = {SELF: cache.self_attention_cache, CROSS: cache.cross_attention_cache}
    for part, one in both.items():
        for number, layer in enumerate(one.layers):
            past.keep(f"{number}.{part}", layer.keys, layer.values)
    past.n_read += n_new
