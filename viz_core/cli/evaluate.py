"""`attention-atlas evaluate`: a model, measured on text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from viz_core import files, registry
from viz_core.cli.offering import offers
from viz_core.cli.output import AsJson, Model, note, print_json, report
from viz_core.errors import InputError, TooLongError

app = typer.Typer(help="Measure a model on text.", no_args_is_help=True)

N_NAMED = 10  # lines that are named when they are left out; the others are counted


@app.command()
@offers
def perplexity(
    model: Model,
    text: Annotated[Path, typer.Option(help="Text file; <|endoftext|> parts documents.")],
    as_json: AsJson = False,
) -> None:
    """Bits per character of a text (for an encoder: masked-token accuracy)."""
    from viz_core.training.evaluate import evaluate_text

    runner = registry.load(model)
    report(evaluate_text(runner, files.read_text(text)), as_json)


@app.command()
@offers
def recall(
    model: Model,
    prompts: Annotated[
        Path | None, typer.Option(help="Score lines of: prompt TAB expected word.")
    ] = None,
    n: Annotated[int | None, typer.Option(min=1, help="Prompts of each cell; 100 by default.")] = (
        None
    ),
    as_json: AsJson = False,
) -> None:
    """Accuracy of the food word by number of facts and of sentences between, on unseen pairs."""
    from viz_core.recall import measure

    if prompts is not None:
        if n is not None:
            raise InputError("--n is of the generated prompts. Leave out --n, or --prompts.")
        _score(model, prompts, as_json)
        return
    runner = registry.load(model)
    total = len(measure.N_FACTS) * len(measure.DISTANCES)
    with tqdm(total=total, unit="cell", disable=None) as bar:
        found = measure.recall(runner, n or measure.N_PROMPTS, bar.update)
    cells = [asdict(cell) for cell in found]
    if as_json:
        print_json({"model_id": model, "recall": cells})
        return
    for cell in cells:
        typer.echo(
            "{n_facts} facts, {n_between:2} between: {accuracy:.2f} "
            "({low:.2f} to {high:.2f}, chance {chance:.2f}, n={n})".format(**cell)
        )


def _score(model: str, path: Path, as_json: bool) -> None:
    """How often a model foresees the word that a file expects."""
    from viz_core.recall.measure import PROMPT_COLUMNS, score_prompts

    rows = files.read_table(path, PROMPT_COLUMNS, more=False)
    left_out = _LeftOut(path, [row.number for row in rows])
    shown = tqdm([row.cells for row in rows], unit="prompt", disable=None)
    found = score_prompts(registry.load(model), shown, left_out.add)
    left_out.say()
    report(found, as_json)


@app.command()
@offers
def translation(
    model: Model,
    pairs: Annotated[Path, typer.Option(help="Lines of: english TAB chinese; header optional.")],
    beam: Annotated[int, typer.Option(min=1, max=8, help="Width of the beam; 1 is greedy.")] = 5,
    as_json: AsJson = False,
) -> None:
    """BLEU and chrF (sacrebleu) of a file of sentence pairs."""
    from viz_core.training import evaluate
    from viz_core.training.pairs import pair_of, read_pair_rows

    rows = read_pair_rows(pairs)
    if not registry.card(model).traits.translates:
        raise InputError(
            f"{model} reads one text and can't translate. "
            f"Give one of: {', '.join(registry.model_ids(lambda kind: kind.translates))}."
        )
    left_out = _LeftOut(pairs, [row.number for row in rows])
    shown = tqdm([pair_of(row) for row in rows], unit="pair", disable=None)
    found = evaluate.translation(registry.writer(model), shown, beam, left_out.add)
    left_out.say()
    if found.n_cut:
        note(f"{found.n_cut} translations are cut: the model did not end them.")
    report(asdict(found), as_json)


@app.command()
def card(
    model: Model,
    corpus: Annotated[Path, typer.Option(help="Folder of the corpora.")],
) -> None:
    """Measure a checkpoint on the test split again and write its metrics and card."""
    from viz_core.training.run import measure_again

    print_json(measure_again(model, corpus))


class _LeftOut:
    """The lines of a file that a measure left out, to be named once its bar is gone.

    Args:
        numbers: of the file's lines, in the order in which they are measured.
    """

    def __init__(self, path: Path, numbers: Sequence[int]) -> None:
        self._path, self._numbers = path, numbers
        self._faults: list[str] = []

    def add(self, index: int, error: TooLongError) -> None:
        """Leave out what was measured as number `index`, from 0."""
        self._faults.append(str(files.fault_at(self._path, self._numbers[index], str(error))))

    def say(self) -> None:
        for fault in self._faults[:N_NAMED]:
            note(f"left out: {fault}")
        if len(self._faults) > N_NAMED:
            note(f"left out, too: {len(self._faults) - N_NAMED} more lines, which are too long.")
