"""What one forward pass left behind: named read-only arrays, and the tokens they line up with.

A `Trace` is a value. It knows no model and no picture; it crosses threads, processes and machines
as bytes. The bytes are an ordinary `.npz`, so NumPy alone reads the numbers; tokens and guesses are
its member `head.json`, axes and streams the comments of the arrays.
"""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from viz_core.content import content_key
from viz_core.design import Design
from viz_core.kinds import Kind, kind_of

AXES = frozenset(
    "pos query key head gate d_model d_end d_head d_ff d_hidden vocab class alternative".split()
)
HEAD = "head.json"  # member of an archive that holds all but the arrays


@dataclass(frozen=True, eq=False)
class Record:
    """One named array.

    Attributes:
        name: `<stack>.<layer>.<part>.<tensor>`, layers from 0.
        values: the numbers, read-only.
        axes: a name of `AXES` for each axis of `values`.
        streams: which tokens an axis counts, `{"query": "target", "key": "source"}`.
    """

    name: str
    values: np.ndarray
    axes: tuple[str, ...]
    streams: Mapping[str, str]

    def __post_init__(self) -> None:
        if len(self.axes) != self.values.ndim:
            raise ValueError(f"{self.name}: {self.values.ndim} axes, named {self.axes}")
        unknown = set(self.axes) - AXES
        if unknown:
            raise ValueError(f"{self.name}: axes {sorted(unknown)} are not of {sorted(AXES)}")
        if not set(self.streams) <= set(self.axes):
            raise ValueError(f"{self.name}: streams {dict(self.streams)} for axes {self.axes}")
        self.values.flags.writeable = False
        object.__setattr__(self, "streams", MappingProxyType(dict(self.streams)))

    @cached_property
    def content_key(self) -> str:
        """The same for equal records, whatever made them."""
        return content_key(self.name, self.values, self.axes, dict(self.streams))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.content_key == other.content_key

    def __hash__(self) -> int:
        return hash(self.content_key)

    def __reduce__(self) -> tuple[Any, ...]:
        return Record, (self.name, self.values, self.axes, dict(self.streams))

    def __deepcopy__(self, memo: dict[int, Any]) -> Record:
        return self  # read-only: a copy would be the same


@dataclass(frozen=True)
class Tokens:
    """The tokens of one stream, in order.

    Attributes:
        strings: what each stands for, with its leading space, a lone byte as `<E6>`.
        ids: their ids in the model's vocabulary.
        special: whether the model's input form put it there ([CLS], [SEP], [EOT]).
    """

    strings: tuple[str, ...]
    ids: tuple[int, ...]
    special: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.strings)


@dataclass(frozen=True, eq=False)
class Trace:
    """All that a request asked to see of one forward pass.

    Attributes:
        kind: a name of `viz_core.kinds.KINDS`; `traits` is its row.
        tokens: stream name -> its tokens.
        records: record name -> record.
        top: per place the likeliest tokens, as plain values; see `Guess`.
        seconds: what the forward pass took when it ran.
        design: how the model computes; by default as others of its kind do, None for a recurrent
            one.
    """

    model_id: str
    kind: str
    tokens: Mapping[str, Tokens]
    records: Mapping[str, Record]
    top: tuple[Guess, ...] = ()
    seconds: float = 0.0
    design: Design | None = None

    def __post_init__(self) -> None:
        if self.design is None:
            object.__setattr__(self, "design", kind_of(self.kind).design)
        for record in self.records.values():
            for axis, stream in record.streams.items():
                size = record.values.shape[record.axes.index(axis)]
                if stream not in self.tokens or size != len(self.tokens[stream]):
                    raise ValueError(f"{record.name}: {axis} has {size}, not a token of {stream}")
        object.__setattr__(self, "tokens", MappingProxyType(dict(self.tokens)))
        object.__setattr__(self, "records", MappingProxyType(dict(self.records)))

    @cached_property
    def content_key(self) -> str:
        """The same for equal traces, however long they took."""
        return content_key(
            self.model_id,
            self.kind,
            dict(self.tokens),
            dict(self.records),
            self.top,
            self.design,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.content_key == other.content_key

    def __hash__(self) -> int:
        return hash(self.content_key)

    def __reduce__(self) -> tuple[Any, ...]:
        tokens, records = dict(self.tokens), dict(self.records)
        parts = (self.model_id, self.kind, tokens, records, self.top, self.seconds, self.design)
        return Trace, parts

    def __deepcopy__(self, memo: dict[int, Any]) -> Trace:
        return self  # read-only: a copy would be the same

    def __len__(self) -> int:
        return len(self.records)

    def _repr_html_(self) -> str:
        """The trace in a notebook: its tokens, and what was recorded."""
        tokens = "".join(
            f"<p>{html.escape(name)}: {html.escape(' | '.join(one.strings))}</p>"
            for name, one in self.tokens.items()
        )
        rows = "".join(
            f"<tr><td>{html.escape(record.name)}</td><td>{', '.join(record.axes)}</td>"
            f"<td>{' × '.join(map(str, record.values.shape))}</td></tr>"
            for record in self
        )
        return f"<b>{html.escape(self.model_id)}</b>{tokens}<table>{rows}</table>"

    def __contains__(self, record: object) -> bool:
        """Whether there is such a record, by its name or by itself."""
        if isinstance(record, str):
            return record in self.records
        return record in self.records.values()

    def __getitem__(self, name: str) -> Record:
        if name not in self.records:
            raise KeyError(f"no record {name!r}; there are {', '.join(self.records)}")
        return self.records[name]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records.values())

    @property
    def traits(self) -> Kind:
        """What models of this kind have in common."""
        return kind_of(self.kind)

    @property
    def computes(self) -> Design:
        """How the Transformer that left this computes.

        Raises:
            ValueError: of a recurrent network.
        """
        if self.design is None:
            raise ValueError(f"a {self.kind} is no Transformer")
        return self.design

    @property
    def stream(self) -> str:
        """The stream of the typed text: `text`, or `source` where there are two."""
        return "source" if "source" in self.tokens else "text"

    @property
    def attentions(self) -> list[Record]:
        """The attention weights, layer by layer."""
        return [record for record in self if record.name.endswith(".weights")]


@dataclass(frozen=True)
class Guess:
    """One of the likeliest tokens at a place.

    Attributes:
        pos: index of the place whose token is guessed, counted as the stream's tokens are; for a
            next word it is the number of tokens there are.
        prob: its probability among the whole vocabulary.
    """

    pos: int
    token: str
    prob: float


def to_bytes(trace: Trace) -> bytes:
    """A trace as an `.npz` archive whose arrays bear the records' names."""
    head = {
        "model_id": trace.model_id,
        "kind": trace.kind,
        "tokens": {
            name: [tokens.strings, tokens.ids, tokens.special]
            for name, tokens in trace.tokens.items()
        },
        "top": [[guess.pos, guess.token, guess.prob] for guess in trace.top],
        "seconds": trace.seconds,
        "design": None if trace.design is None else trace.design.to_dict(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for record in trace:
            info = zipfile.ZipInfo(f"{record.name}.npy")
            info.comment = json.dumps([record.axes, dict(record.streams)]).encode()
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(record.values))
            archive.writestr(info, array.getvalue())
        archive.writestr(zipfile.ZipInfo(HEAD), json.dumps(head))
    return out.getvalue()


def from_bytes(data: bytes) -> Trace:
    """The trace that `to_bytes` wrote; nothing in it can run code."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # older archives have the head as their comment, which holds 64 kB and no more
        in_comment = HEAD not in archive.namelist()
        head = json.loads(archive.comment if in_comment else archive.read(HEAD))
        members = [info for info in archive.infolist() if info.filename != HEAD]
        records = [_record(info, archive.read(info)) for info in members]
    tokens = {
        name: Tokens(*(tuple(part) for part in parts)) for name, parts in head["tokens"].items()
    }
    return Trace(
        head["model_id"],
        head["kind"],
        tokens,
        {record.name: record for record in records},
        tuple(Guess(*guess) for guess in head["top"]),
        head["seconds"],
        Design.of(design) if (design := head.get("design")) else None,  # older ones say none
    )


def _record(info: zipfile.ZipInfo, data: bytes) -> Record:
    """A member of an archive, its axes and streams in the member's comment."""
    axes, streams = json.loads(info.comment)
    values = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    return Record(info.filename.removesuffix(".npy"), values, tuple(axes), streams)
