"""What a page sent, as a tree: blocks with what stands in them, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MAIN, ASIDE = 0, 2  # parts of a page: what is seen, and what is not, such as styles
ID = re.compile(r"\$\$ID-[0-9a-f]+-(.*)", re.DOTALL)


@dataclass
class Node:
    """A block or an element.

    Attributes:
        kind: the name of its message, `heading` or `flex_container` for some.
        message: that message.
        key: what the page calls it; empty if it does not.
    """

    kind: str = "root"
    message: Any = None
    key: str = ""
    children: dict[int, Node] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Node]:
        """What stands in it, in order."""
        return iter(self.children[n] for n in sorted(self.children))

    def walk(self) -> Iterator[Node]:
        """It and all that stands in it, at any depth, in order."""
        yield self
        for child in self:
            yield from child.walk()


def tree(sent: Sequence[ForwardMsg]) -> Node:
    """The page that a browser would have made of its messages."""
    root = Node()
    for message in sent:
        if message.WhichOneof("type") != "delta":
            continue
        delta, path = message.delta, list(message.metadata.delta_path)
        node = root
        for step in path:
            node = node.children.setdefault(step, Node("block"))
        if delta.WhichOneof("type") == "add_block":
            node.kind = delta.add_block.WhichOneof("type") or "block"
            node.message = getattr(delta.add_block, node.kind, None)
            node.key = _key(delta.add_block.id)
        elif delta.WhichOneof("type") == "new_element":
            node.kind = delta.new_element.WhichOneof("type") or "empty"
            node.message = getattr(delta.new_element, node.kind)
            node.key = _key(str(getattr(node.message, "id", "")))
            node.children.clear()
    return root


def _key(name: str) -> str:
    found = ID.fullmatch(name)
    return found[1] if found and found[1] != "None" else ""
