from contextvars import copy_context

import torch

from viz_core.hooks import HookPoint, recording


def test_a_hook_point_is_inert_without_a_tape():
    point, x = HookPoint("decoder.0.x", "pos:text d_model"), torch.ones(1, 2, 3)
    assert point(x) is x
    assert not list(point.parameters())
    assert point.axes == ("pos", "d_model")
    assert point.streams == {"pos": "text"}


def test_a_tape_keeps_what_matches():
    points = [HookPoint(f"decoder.{n}.{part}", "pos d_model") for n in (0, 1) for part in "qk"]
    with recording(["decoder.1.*", "*.q"]) as tape:
        for point in points:
            point(torch.zeros(1, 1, 1))
    assert sorted(tape.records) == ["decoder.0.q", "decoder.1.k", "decoder.1.q"]


def test_tapes_belong_to_their_context():
    point = HookPoint("x", "pos")
    elsewhere = copy_context()
    with recording() as tape:
        elsewhere.run(point, torch.zeros(1, 1))
        assert not tape.records
        with recording() as inner:
            point(torch.zeros(1, 1))
        assert list(inner.records) == ["x"]
        assert not tape.records
    point(torch.zeros(1, 1))
    assert not tape.records
