"""Models of transformers with hook points, called as our own models are.

Each class is what its runner needs (`runners/causal.py`, `masked.py`, `translation.py`): ids in,
states and scores out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from viz_core.design import Design
from viz_core.hooks import HookPoint
from viz_core.hub.family import Config, Family
from viz_core.hub.parameters import learned
from viz_core.hub.past import cache_of, keep
from viz_core.hub.points import find, place, scaled
from viz_core.models.encoder import EncoderOutput
from viz_core.models.layers import Past


class HubModel(nn.Module):
    """A model of theirs, its hook points in place.

    Args:
        theirs: with its head, loaded with our attention function.
        family: its table of names.
        config: what its config.json says.
        design: how it computes.
    """

    def __init__(self, theirs: Any, family: Family, config: Config, design: Design) -> None:
        super().__init__()
        self.theirs, self.family, self.config = theirs, family, config
        self.base = theirs.base_model
        self.sizes = family.sizes(config)
        self.scale = family.scaled(config)  # of embeddings
        for stack in family.stacks if self.scale != 1 else ():
            body = self.base.get_submodule(stack.body)
            scaled(body.get_submodule(stack.around["embed"]), self.scale)
            body.embed_scale = 1.0  # what was behind the module is now in it, where it is seen
        placed = place(theirs, family, design.pre_norm, design.parallel)
        self.points = nn.ModuleList(placed)
        self.hook_embed = next(point for point in placed if point.name == "embed")

    @property
    def embed(self) -> nn.Embedding:
        """The embedding of the text that is read."""
        stack = self.family.stacks[0]
        module = find(self.base.get_submodule(stack.body), stack.around["embed"])
        assert isinstance(module, nn.Embedding)
        return module

    def learned(self) -> Mapping[str, Tensor]:
        """Every parameter by our name."""
        return learned(self.theirs, self.family, self.config, self.sizes.n_head)

    def score(self, x: Tensor) -> Tensor:
        """Last states to logits, (..., d_model) -> (..., vocab)."""
        logits: Tensor = self.family.score(self.theirs, x)
        return logits

    def _scored(self, stream: str) -> HookPoint:
        """The hook point of the logits, behind all others."""
        point = HookPoint("logits", f"pos:{stream} vocab")
        self.points.append(point)
        return point


class HubDecoder(HubModel):
    """Reads from left to right and says what comes next."""

    def __init__(self, theirs: Any, family: Family, config: Config, design: Design) -> None:
        super().__init__(theirs, family, config, design)
        self.hook_logits = self._scored("text")

    def forward(self, ids: Tensor) -> Tensor:
        """Score every next token: (batch, pos) -> (batch, pos, vocab)."""
        logits: Tensor = self.hook_logits(self.score(self.hidden(ids)))
        return logits

    def hidden(self, ids: Tensor, past: Past | None = None) -> Tensor:
        """Run the stack: (batch, pos) -> (batch, pos, d_model).

        With a past, `ids` go on where it ends, and what they leave is added to it.
        """
        cache = None if past is None else cache_of(past, self.sizes.n_layer, across=False)
        states: Tensor = self.base(
            input_ids=ids, past_key_values=cache, use_cache=cache is not None
        ).last_hidden_state
        if past is not None and cache is not None:
            keep(past, cache, ids.shape[1])
        return states


class HubReader(HubModel):
    """Reads both ways and says nothing: blocks without a head."""

    def hidden(self, ids: Tensor, segments: Tensor) -> Tensor:
        """Run the stack: (batch, pos) twice -> (batch, pos, d_model)."""
        told = {"token_type_ids": segments} if "segments" in self.family.stacks[0].around else {}
        states: Tensor = self.base(input_ids=ids, **told).last_hidden_state
        return states


class HubEncoder(HubReader):
    """Reads both ways and says what stands behind each mask."""

    def __init__(self, theirs: Any, family: Family, config: Config, design: Design) -> None:
        super().__init__(theirs, family, config, design)
        self.hook_logits = self._scored("text")
        self.hook_next_sentence: HookPoint | None = None
        if find(theirs, family.head.get("next_sentence_head.classifier")) is not None:
            self.hook_next_sentence = HookPoint("next_sentence.logits", "class")
            self.points.append(self.hook_next_sentence)

    def forward(self, ids: Tensor, segments: Tensor) -> EncoderOutput:
        """Score every token at every place, and, where it learned to, whether two sentences belong
        together."""
        states = self.hidden(ids, segments)
        logits = self.hook_logits(self.score(states))
        follows = logits[:, 0, :0]  # nothing is said of it
        if self.hook_next_sentence is not None:
            pooled = self.base.pooler(states)
            follows = self.hook_next_sentence(self.theirs.cls.seq_relationship(pooled))
        return EncoderOutput(logits, follows)


class HubTranslator(HubModel):
    """Reads one text and writes another."""

    def __init__(self, theirs: Any, family: Family, config: Config, design: Design) -> None:
        super().__init__(theirs, family, config, design)
        self.encoder, self.decoder = (
            self.base.get_submodule(stack.body) for stack in family.stacks
        )
        self.hook_logits = self._scored("target")

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Score every next token of the target: (batch, target) -> (batch, target, vocab)."""
        states = self.hidden(target, self.encode(source))
        logits: Tensor = self.hook_logits(self.score(states))
        return logits

    def encode(self, source: Tensor) -> Tensor:
        """Read the source: (batch, source) -> (batch, source, d_model)."""
        states: Tensor = self.encoder(input_ids=source).last_hidden_state
        return states

    def hidden(self, target: Tensor, memory: Tensor, past: Past | None = None) -> Tensor:
        """Read the target beside what the encoder made: -> (batch, target, d_model).

        With a past, the target goes on where it ends, and what it leaves is added to it.
        """
        cache = None if past is None else cache_of(past, self.sizes.n_layer, across=True)
        states: Tensor = self.decoder(
            input_ids=target,
            encoder_hidden_states=memory,
            past_key_values=cache,
            use_cache=cache is not None,
        ).last_hidden_state
        if past is not None and cache is not None:
            keep(past, cache, target.shape[1])
        return states

    def embedded(self, ids: Tensor) -> Tensor:
        """Embeddings as the first block's sum has them, (pos,) -> (pos, d_model)."""
        scale = getattr(self.embed, "embed_scale", self.scale)
        rows: Tensor = self.embed.weight[ids] * scale
        return rows
