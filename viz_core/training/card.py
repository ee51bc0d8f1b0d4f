"""The card of a checkpoint: what it is, how it was made, how good it is, where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from viz_core.entries import Entry
from viz_core.files import write_whole
from viz_core.losses import Line
from viz_core.recall.measure import COMMAND, n_right
from viz_core.recall.worlds import world_of
from viz_core.training.card_texts import (
    ALIKE_BUT_FOR_POSITIONS,
    ALIKE_BUT_FOR_SIZE,
    PAIR_LIMITS,
    PAIR_SOURCES,
    TEXTS,
)
from viz_core.training.loop import Plan
from viz_core.training.recipes import Recipe


def write_card(
    folder: Path,
    model_id: str,
    entry: Entry,
    recipe: Recipe,
    metrics: dict[str, Any],
    lines: Sequence[Line],
) -> None:
    """Write the checkpoint's README.md from its measurements alone."""
    plan, made = recipe.plan, metrics["training"]
    translates, texts = "translation" in metrics, TEXTS[entry.language]
    dropout = f", dropout {recipe.dropout}" if recipe.dropout else ""
    minutes, device = made["seconds"] / 60, made.get("device", "a CPU")
    sizes = ", ".join(f"{name} {value}" for name, value in recipe.config.to_dict().items())
    text = f"""\
# {model_id}

{entry.title}, after {entry.source}. {sizes}.

## Training

    attention-atlas train --model {model_id} --corpus DIR

{made["steps"]:,} steps, {made["tokens"]:,} tokens, {minutes:.0f} minutes on {device},
{seeds(recipe)}; AdamW {plan.learning_rate}, betas {plan.betas}, weight decay {plan.weight_decay},
{plan.n_warmup} steps of warm-up, {decay(plan)}{dropout}.
{made["remark"]}
{alike(entry)}

{PAIR_SOURCES if translates else texts.sources[recipe.generation - 1]}

{curve(lines, "pairs" if translates else texts.of)}

## Quality

Measured {metrics["measured"]} on {metrics["test_split"]}, which no training run has seen.

{quality(metrics)}

{measured_again(model_id, entry, metrics)}

## Limits

{PAIR_LIMITS if translates else texts.limits}
"""
    write_whole(folder / "README.md", text)


def seeds(recipe: Recipe) -> str:
    """What the batches and the first weights were drawn with."""
    if recipe.seed == recipe.plan.seed:
        return f"seed {recipe.seed}"
    return f"seed {recipe.plan.seed} of the batches, seed {recipe.seed} of the first weights"


def alike(entry: Entry) -> str:
    """Which other models had the same training."""
    if not entry.traits.continues:
        return ""
    if entry.size_of:
        return ALIKE_BUT_FOR_SIZE.format(model=entry.size_of)
    if entry.lesson == "positions":
        return ALIKE_BUT_FOR_POSITIONS
    return TEXTS[entry.language].alike


def measured_again(model_id: str, entry: Entry, metrics: dict[str, Any]) -> str:
    """Recall or translation: the command that measures it, and what it found."""
    if "translation" in metrics:
        found = metrics["translation"]
        return f"""\
    attention-atlas evaluate translation --model {model_id} --pairs FILE --json

{found["n"]:,} pairs; signatures: {found["signature"]}."""
    return f"""\
### Recall

{TEXTS[entry.language].recall}

    {COMMAND.format(model_id=model_id)}

{recall_table(metrics["recall"])}
{unseen_names(entry, metrics)}"""


def unseen_names(entry: Entry, metrics: dict[str, Any]) -> str:
    """Recall with unseen names and the first guesses, where they were measured."""
    if "recall_unseen_names" not in metrics:
        return ""
    guesses = metrics["first_guesses"]
    said = "\n".join(
        f"| {text} | {word} |" for kind in guesses.values() for text, word in kind.items()
    )
    right = "; ".join(
        f"{kind} {n} of {of}"
        for kind, (n, of) in n_right(world_of(entry.language), guesses).items()
    )
    return f"""
### Recall with names that no training text has

{TEXTS[entry.language].unseen_names}

{recall_table(metrics["recall_unseen_names"])}

### First guesses

None of these sentences stands in a generated text. Right: {right}.

| typed | likeliest word |
|---|---|
{said}"""


def decay(plan: Plan) -> str:
    """How the learning rate falls, in words."""
    if plan.restart is None:
        return f"linear decay from {plan.decay_from:.0%} of the run on"
    return (
        f"linear decay from step {plan.decay_from * plan.restart:,.0f} to step {plan.restart:,}, "
        f"then once more from half the rate"
    )


def quality(metrics: dict[str, Any]) -> str:
    """The figures of the model's own objective as a table."""
    rows = ["| measure | value |", "|---|---|"]
    if "perplexity" in metrics:
        found, base = metrics["perplexity"], metrics["kneser_ney_4gram"]
        rows += [
            f"| bits per character | {found['bits_per_char']:.3f} |",
            f"| perplexity per token | {found['perplexity']:.2f} |",
            f"| baseline: interpolated Kneser-Ney 4-gram, same tokens, bits per character "
            f"| {base['bits_per_char']:.3f} |",
        ]
    if "masked_token" in metrics:
        found, pairs = metrics["masked_token"], metrics["next_sentence"]
        rows += [
            f"| masked-token accuracy, 15 % hidden | {found['accuracy']:.1%} |",
            f"| next-sentence accuracy, {pairs['n']} pairs, chance 50 % "
            f"| {pairs['accuracy']:.1%} |",
        ]
    if "translation" in metrics:
        found = metrics["translation"]
        rows += [
            f"| BLEU, lower-cased | {found['bleu_lowercase']:.1f} |",
            f"| BLEU | {found['bleu']:.1f} |",
            f"| chrF | {found['chrf']:.1f} |",
        ]
    return "\n".join(rows)


def recall_table(rows: Sequence[dict[str, Any]]) -> str:
    """Recall by number of facts (rows) and sentences between (columns)."""
    distances = sorted({row["n_between"] for row in rows})
    lines = [
        "| facts | chance | " + " | ".join(f"{n} between" for n in distances) + " |",
        "|---|---|" + "---|" * len(distances),
    ]
    for n_facts in sorted({row["n_facts"] for row in rows}):
        cells = [row for row in rows if row["n_facts"] == n_facts]
        shown = " | ".join(
            f"{c['accuracy']:.2f} ± {(c['high'] - c['low']) / 2:.2f}"
            f" ({c['any_food_of_the_story']:.2f})"
            for c in sorted(cells, key=lambda c: c["n_between"])
        )
        lines.append(f"| {n_facts} | {cells[0]['chance']:.2f} | {shown} |")
    return "\n".join(
        [
            *lines,
            "",
            f"{rows[0]['n']} prompts a cell, ± half of the 95 % confidence interval (Wilson).",
        ]
    )


def curve(lines: Sequence[Line], of: str) -> str:
    """The loss curve as a Mermaid chart; the numbers are in loss.csv.

    Args:
        of: what was held out.
    """
    picked = lines[:: max(1, len(lines) // 20)]
    steps = ", ".join(f'"{line.step}"' for line in picked)
    losses = ", ".join(f"{line.valid_loss:.2f}" for line in picked)
    return f"""\
```mermaid
xychart-beta
    title "Loss on held-out {of}, nats per token, by step"
    x-axis [{steps}]
    line [{losses}]
```"""
