"""The baseline that a language model has to beat: interpolated Kneser-Ney n-grams.

Source: Chen and Goodman 1999, "An empirical study of smoothing techniques", section 3.2: one
discount per order, D = n1 / (n1 + 2 n2); lower orders count in how many contexts a word was seen.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

Gram = tuple[int, ...]


class KneserNey:
    """An interpolated Kneser-Ney model over token ids.

    Args:
        documents: training ids, each beginning with the token that starts a document.
        vocab_size: the probability of the shortest context is spread over so many.
        order: longest n-gram.
    """

    def __init__(self, documents: Iterable[Sequence[int]], vocab_size: int, order: int = 4) -> None:
        self.order, self.vocab_size = order, vocab_size
        counts: Counter[Gram] = Counter()
        for ids in documents:
            for n in range(1, len(ids)):
                counts[tuple(ids[max(0, n - order + 1) : n + 1])] += 1
        self._levels: list[tuple[Counter[Gram], Counter[Gram], Counter[Gram], float]] = []
        for length in range(order, 0, -1):
            at_level = Counter({g: c for g, c in counts.items() if len(g) == length})
            shorter = {g: c for g, c in counts.items() if len(g) < length}
            contexts: Counter[Gram] = Counter()
            kinds: Counter[Gram] = Counter()
            for gram, count in at_level.items():
                contexts[gram[:-1]] += count
                kinds[gram[:-1]] += 1
            ones = sum(c == 1 for c in at_level.values())
            twos = sum(c == 2 for c in at_level.values())
            discount = ones / (ones + 2 * twos) if ones else 0.5
            self._levels.append((at_level, contexts, kinds, discount))
            # below the top, a gram counts once for each different word before it
            before: defaultdict[Gram, int] = defaultdict(int)
            for gram in at_level:
                before[gram[1:]] += 1
            counts = Counter(before)
            for gram, count in shorter.items():  # grams cut short by a document's beginning
                counts[gram] += count

    def probability(self, context: Sequence[int], word: int) -> float:
        """Probability of a word after a context."""
        p = 1 / self.vocab_size
        for length in range(1, self.order + 1):
            if len(context) < length - 1:
                break
            history = tuple(context[len(context) - length + 1 :])
            grams, contexts, kinds, discount = self._levels[self.order - length]
            total = contexts[history]
            if total:
                kept = max(grams[(*history, word)] - discount, 0.0)
                p = (kept + discount * kinds[history] * p) / total
        return p

    def bits(self, ids: Sequence[int]) -> float:
        """-log2 of the probability of a document's tokens after its first."""
        return -sum(
            math.log2(self.probability(ids[max(0, n - self.order + 1) : n], ids[n]))
            for n in range(1, len(ids))
        )
