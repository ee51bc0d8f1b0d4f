"""The card of a checkpoint: what it is, how it was made, how good it is, where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from viz_core.files import write_whole
from viz_core.losses import Line
from viz_core.recall.measure import COMMAND, n_right
from viz_core.registry import Entry
from viz_core.training.loop import Plan
from viz_core.training.objectives.causal import CausalObjective
from viz_core.training.recipes import Recipe

SOURCES = """\
| corpus | source | licence |
|---|---|---|
| short stories | TinyStories (Eldan and Li 2023, arXiv 2305.07759) | CDLA-Sharing-1.0 |
| picture books | African Storybook Project | CC-BY 4.0 |
| sentences | Tatoeba, English side | CC-BY 2.0 FR |
| old tales, 8,000 paragraphs | Project Gutenberg children's classics | public domain (USA) |
| recall stories | generated, `viz_core/recall/stories.py` | of this project |"""

MORE_SOURCES = """\
| more short stories | TinyStories (Eldan and Li 2023, arXiv 2305.07759) | CDLA-Sharing-1.0 |
| more picture books | Pratham Books StoryWeaver | CC-BY 4.0 |
| old books for small children, 8,000 paragraphs | Project Gutenberg | public domain (USA) |
| colours, deeds, reasons | generated, `viz_core/recall/facts.py` | of this project |

Documents with one of the names that are kept for tests are left out. After the two lessons in
copying, what is generated is 29 % of each step, later 18 %; with the lessons it is a third of the
run. Two of three recall stories have invented names, made anew from syllables and words
(`viz_core/recall/names.py`)."""

PAIR_SOURCES = """\
| corpus | source | licence |
|---|---|---|
| sentence pairs | Tatoeba, Chinese and English | CC-BY 2.0 FR |
| picture books | African Storybook Project, Chinese and English | CC-BY 4.0 |"""

ALIKE = """\
`rnn-stories`, `lstm-stories`, `gru-stories`, `decoder-stories` and `llama-stories` were trained
alike: tokenizer, corpus, recall stories, curriculum, every batch in its order, so also the number
of tokens. They differ in architecture and learning rate; their numbers of parameters are within
5 % of each other."""

ALIKE_BUT_FOR_POSITIONS = """\
The five `positions-*` models were trained alike: sizes, seed, tokenizer, corpus, every batch in its
order. They differ in how they are told where words stand, and in nothing else. The run is short, so
that the five can be compared and not so that they write well. Weights are stored in half precision;
the figures below are those of the stored weights."""

ALIKE_BUT_FOR_SIZE = """\
The sizes of `{model}` were trained alike: depth, tokenizer, corpus, every batch in its order, so
also the number of tokens. They differ in width, in the learning rate, which is lower for larger
models, and where the card says so in the seed of the first weights."""


RECALL = """\
### Recall

"Tom is a cat. *(other sentences)* Tom's favorite food is": is *fish* the likeliest word of all?
No generated training story holds these pairs of name and animal, and the sentences between are
from unseen stories. Chance is what guessing among the foods that the story calls for would give
(with one fact: among all foods). In brackets: how often the word is any food of the story."""

UNSEEN_NAMES = """\
### Recall with names that no training text has

The same questions about Ming, Li Lei, Okonkwo and others, of one token or several."""

PAIR_LIMITS = """\
It knows the short everyday sentences of Tatoeba. Names, numbers and rare words go wrong, long
sentences fall apart, and it always writes something, however little it understood. English is
handed on as it is."""

LIMITS = """\
It knows small children's English and nothing of the world. Text in other scripts is read byte by
byte and not understood. What it says is no source for anything but how such a model works."""


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
    translates = "translation" in metrics
    sizes = ", ".join(f"{name} {value}" for name, value in recipe.config.to_dict().items())
    text = f"""\
# {model_id}

{entry.title}, after {entry.source}. {sizes}.

## Training

    attention-atlas train --model {model_id} --corpus DIR

{made["steps"]:,} steps, {made["tokens"]:,} tokens, {made["seconds"] / 60:.0f} minutes on a CPU,
{seeds(recipe)}; AdamW {plan.learning_rate}, betas {plan.betas}, weight decay {plan.weight_decay},
{plan.n_warmup} steps of warm-up, {decay(plan)}.
{made["remark"]}
{alike(entry, recipe)}

{PAIR_SOURCES if translates else sources(recipe)}

{curve(lines, "pairs" if translates else "stories")}

## Quality

Measured {metrics["measured"]} on {metrics["test_split"]}, which no training run has seen.

{quality(metrics)}

{measured_again(model_id, metrics)}

## Limits

{PAIR_LIMITS if translates else LIMITS}
"""
    write_whole(folder / "README.md", text)


def sources(recipe: Recipe) -> str:
    """What a story model was trained on."""
    return SOURCES if recipe.generation == 1 else f"{SOURCES}\n{MORE_SOURCES}"


def seeds(recipe: Recipe) -> str:
    """What the batches and the first weights were drawn with."""
    if recipe.seed == recipe.plan.seed:
        return f"seed {recipe.seed}"
    return f"seed {recipe.plan.seed} of the batches, seed {recipe.seed} of the first weights"


def alike(entry: Entry, recipe: Recipe) -> str:
    """Which other models had the same training."""
    if recipe.objective is not CausalObjective:
        return ""
    if entry.size_of:
        return ALIKE_BUT_FOR_SIZE.format(model=entry.size_of)
    return ALIKE_BUT_FOR_POSITIONS if entry.lesson == "positions" else ALIKE


def measured_again(model_id: str, metrics: dict[str, Any]) -> str:
    """Recall or translation: the command that measures it, and what it found."""
    if "translation" in metrics:
        found = metrics["translation"]
        return f"""\
    attention-atlas evaluate translation --model {model_id} --pairs FILE --json

{found["n"]:,} pairs; signatures: {found["signature"]}."""
    return f"""\
{RECALL}

    {COMMAND.format(model_id=model_id)}

{recall_table(metrics["recall"])}
{unseen_names(metrics)}"""


def unseen_names(metrics: dict[str, Any]) -> str:
    """Recall with unseen names and the first guesses, where they were measured."""
    if "recall_unseen_names" not in metrics:
        return ""
    guesses = metrics["first_guesses"]
    said = "\n".join(
        f"| {text} | {word} |" for kind in guesses.values() for text, word in kind.items()
    )
    right = "; ".join(f"{kind} {n} of {of}" for kind, (n, of) in n_right(guesses).items())
    return f"""
{UNSEEN_NAMES}

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
