"""A YAML file as plain values, with the line each of them stands on; anything but plain YAML 1.2 is refused.

What a file may hold is limited before it is built: its nodes after every alias is followed, how deep they are
nested, and how long a text is. Tags are refused, so nothing but texts, numbers, lists and keys can come out.
"""

import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from analytics.written import Path

MOST_NODES, DEEPEST, LONGEST_TEXT = 20_000, 20, 1_000
_BY_HAND = "Expected a file written by hand."
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class UnreadableError(Exception):
    """What is wrong with a YAML text, and on which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(frozen=True)
class Document:
    """The values of a YAML text.

    Attributes:
        values: what it holds, as plain Python values.
        lines: line of each key and list item, by its path.
    """

    values: Any
    lines: dict[Path, int]

    def place(self, path: Path) -> tuple[Path, int]:
        r"""The part of a path that stands in the file, and its line; steps the file does not know are passed over.

        Example:
            >>> read("a:\n  - b: 1\n").place(("a", "a list", 0, "b", "c"))
            (('a', 0, 'b'), 2)
        """
        found: Path = ()
        for step in path:
            if (*found, step) in self.lines:
                found = (*found, step)
        return found, self.lines[found]


def read(content: str) -> Document:
    """The values of a YAML text.

    Raises:
        UnreadableError: it is no YAML, or more than a file written by hand.

    Example:
        >>> read("a: [1, x, 2026-01-01]").values
        {'a': [1, 'x', '2026-01-01']}
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    try:
        root = yaml.compose(content)
    except ReaderError as problem:
        line = content.count("\n", 0, problem.position) + 1
        character = f"U+{int(problem.character):04X}"
        raise UnreadableError(line, f"the character {character} cannot stand in YAML. Remove it.") from problem
    except YAMLError as problem:
        raise _worded(problem, content) from problem
    if root is None:
        return Document(None, {(): 1})
    builder = _Builder()
    return Document(builder.value(root, (), _line(root)), builder.lines)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _worded(problem: YAMLError, content: str) -> UnreadableError:
    """A complaint of ruamel as one line of ours."""
    mark = problem.problem_mark or problem.context_mark if isinstance(problem, MarkedYAMLError) else None
    if not isinstance(problem, MarkedYAMLError) or mark is None:
        return UnreadableError(1, f"not valid YAML: {' '.join(str(problem).split())}")
    lines = content.splitlines() or [""]
    line = min(mark.line + 1, len(lines))
    begun = problem.context_mark.line + 1 if problem.context_mark else line
    doing = f"{problem.context} (from line {begun}): " if problem.context and begun != line else ""
    hint = " A tab stands on this line: indent with spaces." if "\t" in lines[line - 1] else ""
    return UnreadableError(line, f"not valid YAML: {doing}{problem.problem}.{hint}")


class _Composer(Composer):
    """Refuses tags, and more nodes than a person writes, as they are met."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self.count = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        line = event.start_mark.line + 1
        self.count += 1
        if self.count > MOST_NODES:
            raise UnreadableError(line, f"more than {MOST_NODES:,} values stand before this line. {_BY_HAND}")
        if self.depth >= DEEPEST:
            raise UnreadableError(line, f"nested too deeply. {_BY_HAND}")
        if getattr(event, "tag", None) is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise UnreadableError(line, f"the tag {tag} is not read here. Write the value without a tag.")
        return super().compose_node(parent, index)


class _Builder:
    """Plain values of nodes; every alias counts as often as it is used."""

    def __init__(self) -> None:
        self.left = MOST_NODES
        self.lines: dict[Path, int] = {}

    def value(self, node: Node, path: Path, line: int) -> Any:
        """The value of a node that stands at a path, on a line."""
        self.lines[path] = line
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        self._enter(node, len(path))
        if not isinstance(node, MappingNode):
            return [self.value(item, (*path, number), _line(item)) for number, item in enumerate(node.value)]
        pairs = self._pairs(node, len(path))
        return {key: self.value(item, (*path, key), at) for key, (at, item) in pairs.items()}

    def _enter(self, node: Node, depth: int) -> None:
        self.left -= 1 + len(node.value)
        if depth >= DEEPEST:
            raise UnreadableError(_line(node), f"nested too deeply, or in itself. {_BY_HAND}")
        if self.left < 0:
            raise UnreadableError(_line(node), f"its aliases stand for more than {MOST_NODES:,} values. {_BY_HAND}")

    def _pairs(self, node: MappingNode, depth: int) -> dict[Any, tuple[int, Node]]:
        """Line and value by key; those merged with `<<` come after a mapping's own."""
        found: dict[Any, tuple[int, Node]] = {}
        merged: list[Node] = []
        for key_node, item in node.value:
            if isinstance(key_node, ScalarNode) and key_node.value == "<<" and not key_node.style:
                merged += item.value if isinstance(item, SequenceNode) else [item]
                continue
            if not isinstance(key_node, ScalarNode):
                raise UnreadableError(_line(key_node), "a key is a list or has keys itself. Expected a name.")
            key = self._scalar(key_node)
            if key in found:
                first = found[key][0]
                message = f"key {key!r} stands twice, first on line {first}. Expected each key once."
                raise UnreadableError(_line(key_node), message)
            found[key] = (_line(key_node), item)
        for source in merged:
            if not isinstance(source, MappingNode):
                raise UnreadableError(
                    _line(source), "'<<' takes keys and values from elsewhere. Expected an alias of them."
                )
            self._enter(source, depth + 1)
            for key, pair in self._pairs(source, depth + 1).items():
                found.setdefault(key, pair)
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        text = str(node.value)
        if len(text) > LONGEST_TEXT:
            raise UnreadableError(
                _line(node), f"a text of {len(text):,} characters. Expected at most {LONGEST_TEXT:,}."
            )
        if node.style:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else text
