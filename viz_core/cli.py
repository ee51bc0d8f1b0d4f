"""`attention-atlas`: the library from the command line.

Its JSON is a public contract. Bad input ends with status 2 and one line on standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from viz_core import registry
from viz_core.errors import CheckpointError, InputError, ProofError, VizError
from viz_core.files import write_whole
from viz_core.links import check_stops
from viz_core.runners.base import Request
from viz_core.tour import read_tour, tour_files

app = typer.Typer(
    help="Small language models on a typed text, and everything they thought.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
evaluate_app = typer.Typer(help="Measure a model on text.", no_args_is_help=True)
app.add_typer(evaluate_app, name="evaluate")

# The error of a wrong call; typer names its child only
UsageError: Any = typer.BadParameter.__base__

Model = Annotated[str, typer.Option("--model", help="Model id; see `attention-atlas models`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the models, and what is wrong with those that can't be used."""
    rows = [_model(model_id) for model_id in registry.MODELS]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        what = f"{row['n_params'] / 1e6:.2f} M" if "n_params" in row else "–"
        typer.echo(f"{row['model_id']:20} {row['kind']:16} {what:7} {row['title']}")
        if "unusable" in row:
            typer.echo(f"    {row['unusable']}")


def _model(model_id: str) -> dict[str, Any]:
    """What its card says of a model, or why it can't be used."""
    entry = registry.MODELS[model_id]
    try:
        registry.check_files(model_id)
    except CheckpointError as error:
        known = {"model_id": model_id, "kind": entry.kind, "title": entry.title}
        return {**known, "unusable": str(error)}
    return {k: v for k, v in asdict(registry.card(model_id)).items() if k != "source"}


@app.command()
def trace(
    model: Model,
    text: Annotated[str, typer.Option(help="The text to read.")],
    target: Annotated[str | None, typer.Option(help="Second text, of models with two.")] = None,
    want: Annotated[list[str] | None, typer.Option(help="Record name pattern; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the records to this .npz file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a model once and show what the pass left behind."""
    from viz_core.trace import to_bytes

    found = registry.load(model).run(Request(text, target, tuple(want or ["*"])))
    if out is not None:
        write_whole(out, to_bytes(found))
    if as_json:
        _print_json(
            {
                "model_id": found.model_id,
                "kind": found.kind,
                "tokens": {name: list(t.strings) for name, t in found.tokens.items()},
                "records": {
                    record.name: {
                        "axes": list(record.axes),
                        "shape": list(record.values.shape),
                        "streams": dict(record.streams),
                    }
                    for record in found
                },
                "top": [asdict(guess) for guess in found.top],
            }
        )
        return
    for stream, tokens in found.tokens.items():
        typer.echo(f"{stream}: {' | '.join(tokens.strings)}")
    for record in found:
        typer.echo(f"{record.name:32} {' x '.join(map(str, record.values.shape)):20} {record.axes}")
    for guess in found.top:
        typer.echo(f"place {guess.pos}: {guess.token!r} {guess.prob:.4f}")


@app.command()
def generate(
    model: Model,
    text: Annotated[str, typer.Option(help="The text to go on with, or to translate.")],
    strategy: Annotated[str, typer.Option(help="greedy, sample or beam.")] = "greedy",
    temperature: Annotated[float, typer.Option(help="Of sample.")] = 1.0,
    top_k: Annotated[int, typer.Option(help="Of sample; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Of sample.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Of sample.")] = 0,
    width: Annotated[int, typer.Option(help="Of beam.")] = 5,
    n: Annotated[int, typer.Option("--n", min=1, help="Most tokens that are written.")] = 40,
    as_json: AsJson = False,
) -> None:
    """Let a model go on with a text, or translate it."""
    from viz_core.generate import Settings, Writing, beam_search

    writer = registry.writer(model)
    if strategy == "beam":
        beam = beam_search(writer, writer.begin(text), width, longest=n)
        best = beam.nodes[beam.finished[0]]
        tokens, logprob = beam.tokens(beam.finished[0]), best.logprob
    else:
        settings = Settings(strategy, temperature, top_k, top_p, seed)
        steps = Writing(writer, text, settings, longest=n).steps(n)
        tokens, logprob = [step.token for step in steps], steps[-1].logprob
    said = writer.decode([token for token in tokens if token != writer.end])
    if as_json:
        strings = [writer.string(token) for token in tokens]
        _print_json({"text": said, "tokens": strings, "ids": tokens, "logprob": logprob})
    else:
        typer.echo(said)


@app.command()
def check(
    model: Annotated[str | None, typer.Option("--model", help="Only this model.")] = None,
) -> None:
    """Let every model prove that its trace is true, and read every tour."""
    failed = not model and not _tours_can_be_read()
    for model_id in [model] if model else registry.MODELS:
        try:
            found = registry.prove(registry.load(model_id))
        except (CheckpointError, ProofError) as error:
            typer.echo(f"{model_id}: FAILED: {error}")
            failed = True
            continue
        for proof in found:
            typer.echo(f"{model_id}: ok: {proof.claim} (largest difference {proof.error:.1e})")
    if failed:
        raise typer.Exit(1)


def _tours_can_be_read() -> bool:
    """Say of every tour, in every language that it has, how long it is or what is wrong with it."""
    fine = True
    for name, languages in tour_files().items():
        for language in languages:
            try:
                tour = read_tour(name, language)
                check_stops(tour)
            except InputError as error:
                typer.echo(f"tour {name}: FAILED: {error}")
                fine = False
            else:
                typer.echo(f"tour {name}: ok: {len(tour.stops)} stops ({language})")
    return fine


@evaluate_app.command()
def perplexity(
    model: Model,
    text: Annotated[Path, typer.Option(help="Text file; <|endoftext|> parts documents.")],
    as_json: AsJson = False,
) -> None:
    """Bits per character of a text (for an encoder: masked-token accuracy)."""
    from viz_core.training.evaluate import evaluate_text

    runner = registry.load(model)
    _report(evaluate_text(runner, _read(text)), as_json)


@evaluate_app.command()
def recall(
    model: Model,
    prompts: Annotated[
        Path | None, typer.Option(help="Score lines of: prompt TAB expected next word.")
    ] = None,
    n: Annotated[int, typer.Option(min=1, help="Prompts of each cell.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Accuracy of the food word by number of facts and of sentences between, on unseen pairs."""
    from tqdm import tqdm

    from viz_core.recall import measure

    runner = registry.load(model)
    if prompts is not None:
        _report(measure.score_prompts(runner, _read(prompts).splitlines()), as_json)
        return
    total = len(measure.N_FACTS) * len(measure.DISTANCES)
    with tqdm(total=total, unit="cell", disable=None) as bar:
        cells = [asdict(cell) for cell in measure.recall(runner, n, bar.update)]
    if as_json:
        _print_json({"model_id": model, "recall": cells})
        return
    for cell in cells:
        typer.echo(
            "{n_facts} facts, {n_between:2} between: {accuracy:.2f} "
            "({low:.2f} to {high:.2f}, chance {chance:.2f}, n={n})".format(**cell)
        )


@evaluate_app.command()
def translation(
    model: Model,
    pairs: Annotated[Path, typer.Option(help="Lines of: english TAB chinese; header optional.")],
    beam: Annotated[int, typer.Option(min=1, max=8, help="Width of the beam; 1 is greedy.")] = 5,
    as_json: AsJson = False,
) -> None:
    """BLEU and chrF (sacrebleu) of a file of sentence pairs."""
    from tqdm import tqdm

    from viz_core.training import evaluate
    from viz_core.training.pairs import read_pairs

    found = read_pairs(pairs)
    runner = registry.load(model)
    if not runner.card.traits.translates:
        raise InputError(
            f"{model} reads one text and can't translate. "
            f"Give one of: {', '.join(registry.model_ids(lambda kind: kind.translates))}."
        )
    shown = tqdm(found, unit="pair", disable=None)
    _report(asdict(evaluate.translation(registry.writer(model), shown, beam)), as_json)


@evaluate_app.command()
def card(
    model: Model,
    corpus: Annotated[Path, typer.Option(help="Folder of the corpora.")],
) -> None:
    """Measure a checkpoint on the test split again and write its metrics and card."""
    from viz_core.training.run import measure_again

    _print_json(measure_again(model, corpus))


@app.command()
def train(
    model: Model,
    corpus: Annotated[Path, typer.Option(help="Folder of the corpora.")],
    resume: Annotated[bool, typer.Option(help="Go on where the last part stopped.")] = False,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many steps of the plan.")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 2,
) -> None:
    """Train a model and write its checkpoint; can stop and resume at any step."""
    from viz_core.training.run import Stopped, train_checkpoint

    ended = train_checkpoint(model, corpus, resume=resume, stop_at=steps, threads=threads)
    if not isinstance(ended, Stopped):
        _print_json(ended)
        return
    typer.echo(f"Stopped at step {ended.step} of {ended.n_steps}; go on with --resume.")
    if ended.stopped_by:
        raise typer.Exit(128 + ended.stopped_by)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser where there is one.")] = True,
    embed: Annotated[
        list[str] | None,
        typer.Option(help="Origin of a site that may show the app in a frame; repeatable."),
    ] = None,
) -> None:
    """Start the app, warm it up and say where it is."""
    from viz_core.serve import serve as start

    raise typer.Exit(start(host, port, browser, embed or ()))


@app.command()
def bench(as_json: AsJson = False) -> None:
    """Measure speed as ratios within this run; status 1 if one misses its budget."""
    from viz_core.bench import measure, over_budget

    found = measure()
    _report(found, as_json)
    for name in over_budget(found):
        typer.echo(f"over budget: {name}", err=True)
    if over_budget(found):
        raise typer.Exit(1)


def main() -> None:
    """Entry point: turns what a person did wrong into one line and status 2."""
    try:
        status = app(standalone_mode=False)
    except (InputError, UsageError) as error:
        message = error.format_message() if isinstance(error, UsageError) else str(error)
        if type(error).__name__ == "NoArgsIsHelpError":  # typer knows it by that name too
            typer.echo(message, err=True)
            sys.exit(2)
        typer.echo(f"attention-atlas: {' '.join(message.split())}", err=True)
        sys.exit(2)
    except VizError as error:
        typer.echo(f"attention-atlas: {error}", err=True)
        sys.exit(1)
    except typer.Abort:
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Can't read {path} as UTF-8 text: {error}. Give another file.") from error


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _report(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:40} {value:.4f}" if isinstance(value, float) else f"{name:40} {value}")
