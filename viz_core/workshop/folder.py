"""A trained model as a folder to take home: weights, sizes, tokenizer, losses, and a card."""

from __future__ import annotations

import io
import zipfile

from viz_core import checkpoints
from viz_core.losses import LOSSES, Line, as_csv
from viz_core.workshop.entry import RunEntry, model_id, weights_of
from viz_core.workshop.run import Run
from viz_core.workshop.setup import Setup

CARD = "README.md"


def zipped(run: Run, step: int) -> bytes:
    """The folder of a run's model at a kept step, as a ZIP file."""
    from safetensors.torch import save

    entry, name = RunEntry(run, step), model_id(run, step)
    files = {
        checkpoints.WEIGHTS: save(weights_of(run, step)),
        checkpoints.TOKENIZER: str(run.about["tokenizer"]).encode(),
    }
    made = {
        "architecture": run.setup.architecture,
        "tokenizer": entry.built_of.tokenizer,
        "language": entry.language,
        "title": entry.title,
    }
    files |= {
        checkpoints.CONFIG: checkpoints.sealed_config(run.about["sizes"], files, made).encode(),
        LOSSES: as_csv(_lines(run, step)).encode(),
        CARD: card(run, step).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for file_name, data in files.items():
            file.writestr(f"{name}/{file_name}", data)
    return out.getvalue()


def card(run: Run, step: int) -> str:
    """What there is to know of the model, for people."""
    at = next((p for p in run.points if p.step == step), None)
    rows = [f"| {name} | {value} |" for name, value in _told(run.setup).items()]
    measured = (
        f"After {step} of {run.setup.n_steps} steps and {at.tokens:,} tokens: loss "
        f"{at.unseen:.4f} nats a token on unseen text, {100 * at.right:.1f} % of the words that "
        "follow from others foreseen."
        if at
        else ""
    )
    return "\n".join(
        [
            f"# {run.name}, step {step}",
            "",
            "Trained in Attention Atlas, from scratch, on a CPU, by whoever pressed Train.",
            "",
            measured,
            "",
            "| | |",
            "|---|---|",
            *rows,
            f"| parameters | {run.about['n_params']:,} |",
            "",
            "The corpus is not part of this folder. A model of this size that was trained for a "
            "minute knows little; it shows how learning goes, and answers no questions.",
            "",
        ]
    )


def _told(setup: Setup) -> dict[str, object]:
    """The setup, by the names that its fields have."""
    return setup.to_dict()


def _lines(run: Run, step: int) -> list[Line]:
    """The loss curve up to a step, as checkpoints keep it; training takes no clock with it."""
    return [
        Line(p.step, p.tokens, 0.0, round(p.loss, 4), round(p.unseen, 4))
        for p in run.points
        if p.loss is not None and p.step <= step and p.tokens
    ]
