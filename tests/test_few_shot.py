"""Few-shot: prompts of rows, what is measured behind them, and where the answer's place looks."""

import numpy as np
import pytest
import torch

from viz_core import Request, load
from viz_core.analysis.few_shot import part_shares, telling_look
from viz_core.errors import InputError, TooLongError
from viz_core.few_shot.measure import answer, behind, few_shot_cell, part_starts, says
from viz_core.few_shot.task import COUNTS, N_EXAMPLES, N_QUERIES, Row
from viz_core.few_shot.tasks import TASKS
from viz_core.recall.measure import wilson
from viz_core.recall.stories import is_held_out
from viz_core.trace import Record

FACTS, OPPOSITES = TASKS["facts"], TASKS["opposites"]


@pytest.fixture(scope="module")
def decoder():
    return load("decoder-stories")


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_no_question_is_among_the_examples_unless_it_is_about_one(task):
    assert len(task.rows) == N_EXAMPLES + N_QUERIES
    assert task.counts() == COUNTS
    for n in COUNTS:
        prompts = task.prompts(n)
        assert len(prompts) == N_QUERIES
        for prompt in prompts:
            assert len(prompt.examples) == n
            asked = [r for r in task.rows if task.prompt((), r).question == prompt.question]
            about = {example for r in asked for example in task.prompt([r], r).examples}
            told = [example for example in prompt.examples if example in about]
            assert len(told) == (1 if task.recalls and n else 0)


def test_facts_are_of_different_names_and_of_pairs_that_no_story_told():
    for at, row in enumerate(FACTS.rows):
        assert is_held_out(row.given[0], row.given[1])
        window = (FACTS.rows * 2)[at : at + N_EXAMPLES]
        assert len({one.given[0] for one in window}) == N_EXAMPLES
    shown = {row.given[1] for row in TASKS["food"].rows[:N_EXAMPLES]}
    assert not shown & {row.given[1] for row in TASKS["food"].rows[N_EXAMPLES:]}


def test_the_question_goes_through_the_places_of_the_facts():
    prompts = FACTS.prompts(4)
    places = [
        next(n for n, told in enumerate(p.examples) if told.startswith(p.question.split("'")[0]))
        for p in prompts
    ]
    assert places[:8] == [0, 1, 2, 3] * 2


def test_a_prompt_reads_as_a_person_writes_it():
    prompt = OPPOSITES.prompt_of(1, Row(("hot",), "cold"))
    assert prompt.text == "The opposite of big is small. The opposite of hot is"
    assert (
        TASKS["facts-zh"]
        .prompt_of(1, TASKS["facts-zh"].query)
        .text.startswith("汤姆是一只猫。汤姆最喜")
    )


@pytest.mark.parametrize(
    ("task", "line", "row"),
    [
        ("opposites", " hot : cold ", Row(("hot",), "cold")),
        ("opposites-zh", "大：小", Row(("大",), "小")),
        ("facts", "Tom, cat: fish", Row(("Tom", "cat"), "fish")),
        ("feelings", "He said: no: bad", Row(("He said: no",), "bad")),
    ],
)
def test_rows_are_read_as_typed(task, line, row):
    assert TASKS[task].read_row(line) == row
    assert TASKS[task].read_row(str(row)) == row


@pytest.mark.parametrize("line", ["hot", "hot:", ": cold", "x" * 301 + ": y", "Tom: fish"])
def test_what_is_no_row_is_told(line):
    task = FACTS if line.startswith("Tom") else OPPOSITES
    with pytest.raises(InputError, match="is no row"):
        task.read_row(line)


def test_few_rows_are_enough_for_few_examples():
    task = OPPOSITES.with_rows("a: b\nc: d\n\ne: f")
    assert task.counts() == (0, 1, 2)
    assert [p.question for p in task.prompts(2)] == ["The opposite of e is"]
    with pytest.raises(InputError, match="1 rows"):
        OPPOSITES.with_rows("a: b")
    with pytest.raises(InputError, match="61 rows"):
        OPPOSITES.with_rows("a: b\n" * 61)


def by_hand(runner, prompt):
    """The probability of an answer from one pass over prompt and answer."""
    ids = runner.prompt(prompt.text).ids
    tokens = runner.encode_text(prompt.answer)
    logits = runner.model(torch.tensor([[*ids, *tokens]]))[0].double().log_softmax(-1)
    rows = logits[len(ids) - 1 : -1]
    right = all(int(row.argmax()) == token for row, token in zip(rows, tokens, strict=True))
    return float(sum(row[t] for row, t in zip(rows, tokens, strict=True)).exp()), right


def test_the_probability_is_that_of_one_pass_over_prompt_and_answer(decoder):
    for prompt in (*FACTS.prompts(2)[:2], *TASKS["capitals"].prompts(2)[:3]):
        found = answer(decoder, prompt, {})
        prob, right = by_hand(decoder, prompt)
        assert found.prob == pytest.approx(prob, rel=1e-3)
        assert found.right == right
    assert len(decoder.encode_text("Berlin")) > 1  # more than one token is measured


def test_examples_that_are_shared_are_read_once_and_change_nothing(decoder):
    read = {}
    for prompt in OPPOSITES.prompts(4)[:3]:
        shared, alone = behind(decoder, prompt, read), behind(decoder, prompt)
        assert shared.n_read == alone.n_read
        np.testing.assert_allclose(shared.logits, alone.logits, atol=1e-3)
    assert len(read) == 1


def test_a_cell_counts_what_is_right(decoder):
    task = FACTS.with_rows("\n".join(map(str, FACTS.rows[:6])))
    steps = []
    cell = few_shot_cell(decoder, task, 2, lambda: steps.append(1))
    right = [by_hand(decoder, prompt)[1] for prompt in task.prompts(2)]
    assert (cell.n, len(steps)) == (6, 6)
    assert cell.accuracy == pytest.approx(sum(right) / 6)
    assert (cell.low, cell.high) == wilson(sum(right), 6)


def test_the_decoder_keeps_eight_facts_apart_and_an_lstm_one(decoder):
    """The point of the page, as it opens."""
    first = FACTS.prompts(8)[:8]
    assert sum(answer(decoder, prompt).right for prompt in first) >= 7
    lstm = load("lstm-stories")
    assert sum(answer(lstm, prompt).right for prompt in first) <= 4
    assert sum(answer(lstm, prompt).right for prompt in FACTS.prompts(1)[:8]) >= 7
    assert not any(answer(decoder, prompt).right for prompt in OPPOSITES.prompts(8)[:8])


def test_what_a_model_says_is_a_whole_word(decoder):
    prompt = FACTS.prompts(1)[0]
    assert says(decoder, prompt) == prompt.answer


def test_a_prompt_that_is_too_long_is_refused(decoder):
    task = TASKS["feelings"].with_rows(
        "\n".join(f"{'We played all day. ' * 15}: good" for _n in range(9))
    )
    with pytest.raises(TooLongError):
        few_shot_cell(decoder, task, 8)


def test_parts_begin_where_their_words_do(decoder):
    prompt = OPPOSITES.prompt_of(2, OPPOSITES.query)
    strings = decoder.prompt(prompt.text).strings
    starts = part_starts(decoder, prompt)
    assert len(starts) == 4
    parts = [
        "".join(strings[a:b]).strip() for a, b in zip(starts, (*starts[1:], None), strict=True)
    ]
    assert parts[0] == strings[0]
    assert parts[1:] == [
        "The opposite of big is small.",
        "The opposite of happy is sad.",
        prompt.question,
    ]


def test_shares_of_parts_are_sums_of_the_last_row(decoder):
    prompt = FACTS.prompt_of(4, FACTS.query)
    trace = decoder.run(Request(prompt.text, want=("*.weights",)))
    starts = part_starts(decoder, prompt)
    shares = part_shares(trace.attentions, starts)
    assert shares.shape == (4, 4, len(trace.tokens["text"]), 6)
    np.testing.assert_allclose(shares.sum(-1), 1, atol=1e-5)
    row = trace.attentions[1].values[2, -1]
    np.testing.assert_allclose(shares[1, 2, -1, 1], row[starts[1] : starts[2]].sum(), atol=1e-6)


def test_the_name_finds_its_example(decoder):
    """The look by which the decoder knows: of the asked name, at the example that is about it."""
    prompt = FACTS.prompt_of(8, FACTS.query)
    trace = decoder.run(Request(prompt.text, want=("*.weights",)))
    starts = part_starts(decoder, prompt)
    shares = part_shares(trace.attentions, starts)
    layer, head, query = telling_look(shares, range(starts[-1], shares.shape[2]), 0)
    assert trace.tokens["text"].strings[query].strip() in prompt.question
    assert shares[layer, head, query, 1] > 0.5


def test_the_telling_look_is_at_an_example():
    rows = np.zeros((2, 3, 3), np.float32)
    rows[:, 1] = [[0.1, 0.9, 0], [0.2, 0.8, 0]]
    rows[:, 2] = [[0.8, 0.1, 0.1], [0.1, 0.6, 0.3]]
    weights = Record("decoder.0.self_attn.weights", rows, ("head", "query", "key"), {})
    shares = part_shares([weights], (0, 1, 2))
    assert telling_look(shares, [2]) == (0, 1, 2)
    assert telling_look(shares, [1, 2], 0) == (0, 0, 1)
    assert telling_look(shares[..., :2], [1, 2]) == (0, 0, 2)
