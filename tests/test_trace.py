import io
import zipfile

import numpy as np
import pytest

from viz_core.trace import Guess, Record, Tokens, Trace, from_bytes, to_bytes


def make(n=2, strings=("Tom", " <E6>")):
    values = np.eye(n, dtype=np.float32)[None]
    streams = {"query": "text", "key": "text"}
    record = Record("decoder.0.self_attn.weights", values, ("head", "query", "key"), streams)
    tokens = Tokens(strings, tuple(range(n)), (True,) + (False,) * (n - 1))
    return Trace("m", "decoder", {"text": tokens}, {record.name: record}, (Guess(2, " x", 0.5),))


def test_records_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        make()["decoder.0.self_attn.weights"].values[0, 0, 0] = 5


def test_bytes_are_an_ordinary_npz_that_bears_the_records_names():
    trace = make()
    archive = np.load(io.BytesIO(to_bytes(trace)), allow_pickle=False)
    assert archive.files == [*trace.records, "head.json"]
    for record in trace:
        np.testing.assert_array_equal(archive[record.name], record.values)
    again = from_bytes(to_bytes(trace))
    assert again.tokens == trace.tokens
    assert again.top == trace.top
    assert again["decoder.0.self_attn.weights"].streams == {"query": "text", "key": "text"}


def test_bytes_with_a_pickle_are_refused():
    evil = io.BytesIO()
    np.save(evil, np.array([{}], dtype=object), allow_pickle=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x.npy")
        info.comment = b'[["pos"], {}]'
        archive.writestr(info, evil.getvalue())
        archive.comment = b'{"model_id": "m", "kind": "rnn", "tokens": {}, "top": []}'
    with pytest.raises(ValueError, match="allow_pickle"):
        from_bytes(out.getvalue())


def test_a_long_text_with_many_guesses_goes_into_bytes_and_back():
    trace = make(300, tuple(f" word{n}" for n in range(300)))
    guesses = tuple(Guess(n // 10, f" guess{n}", 1 / (n + 1)) for n in range(3000))
    trace = Trace(trace.model_id, trace.kind, trace.tokens, trace.records, guesses, 0.25)
    again = from_bytes(to_bytes(trace))
    assert again == trace
    assert again.seconds == trace.seconds
    assert len(again.tokens["text"]) == 300
    assert again.top == guesses


def test_archives_with_the_head_in_their_comment_are_still_read():
    trace = make()
    old = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(to_bytes(trace))) as now,
        zipfile.ZipFile(old, "w") as archive,
    ):
        archive.comment = now.read("head.json")
        for info in now.infolist():
            if info.filename != "head.json":
                archive.writestr(info, now.read(info))
    assert np.load(io.BytesIO(old.getvalue())).files == list(trace.records)
    assert from_bytes(old.getvalue()) == trace


@pytest.mark.parametrize(
    ("axes", "streams", "message"),
    [
        (("head", "query"), {}, "2 axes|3 axes"),
        (("head", "query", "word"), {}, "axes .'word'."),
        (("head", "query", "key"), {"pos": "text"}, "streams"),
    ],
)
def test_wrong_axes_are_refused(axes, streams, message):
    with pytest.raises(ValueError, match=message):
        Record("x", np.zeros((1, 2, 2)), axes, streams)


def test_an_axis_must_count_its_stream():
    record = Record("x", np.zeros((3, 1)), ("pos", "d_model"), {"pos": "text"})
    with pytest.raises(ValueError, match="pos has 3"):
        Trace("m", "decoder", {"text": Tokens(("a",), (1,), (False,))}, {"x": record})


def test_an_unknown_record_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"decoder\.0\.self_attn\.weights"):
        make()["decoder.9.self_attn.weights"]
