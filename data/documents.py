"""Policy and mapping files on disk: found by name or path, read as YAML 1.2, and checked."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node

from analytics.errors import MappingError, PolicyError, SLAError
from analytics.policy import PolicyFile
from data.ingest.mapping import Mapping

FOLDER = Path(__file__).parent
LARGEST = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PolicyDocument:
    """A policy file, its text as stored, and the hash reports carry."""

    name: str
    content: str
    file: PolicyFile

    @property
    def hash(self) -> str:
        """First twelve digits of the text's SHA-256."""
        return hashlib.sha256(self.content.encode()).hexdigest()[:12]


def read_policy(name: str) -> PolicyDocument:
    """The policy file of this name in `data/policies`, or at this path.

    Raises:
        PolicyError: it does not exist or cannot be used; the message names file and line.
    """
    path = _find(name, "policies", PolicyError)
    return policy_of(path.stem, _text(path, PolicyError), path.name)


def policy_of(name: str, content: str, file: str) -> PolicyDocument:
    """The policy document of a text; `file` is how errors call it."""
    return PolicyDocument(name, content, _checked(content, file, PolicyFile, PolicyError))


def read_mapping(name: str) -> Mapping:
    """The mapping of this name in `data/mappings`, or at this path.

    Raises:
        MappingError: it does not exist or cannot be used; the message names file and line.
    """
    path = _find(name, "mappings", MappingError)
    return _checked(_text(path, MappingError), path.name, Mapping, MappingError)


def names(folder: str) -> list[str]:
    """Names of the documents shipped in `policies` or `mappings`, sorted."""
    return sorted(path.stem for path in (FOLDER / folder).glob("*.yaml"))


def _find(name: str, folder: str, error: type[SLAError]) -> Path:
    if name in names(folder):
        return FOLDER / folder / f"{name}.yaml"
    path = Path(name)
    with suppress(OSError):  # no name a file can have
        if path.is_file():
            return path
    known = ", ".join(names(folder))
    raise error(f"There is no file {name!r}. Expected a path, or one of the names in data/{folder}: {known}.")


def _text(path: Path, error: type[SLAError]) -> str:
    if path.stat().st_size > LARGEST:
        raise error(f"{path.name} is larger than 1 MB. Expected a YAML file written by hand.")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise error(f"{path.name} is not UTF-8 text (byte {problem.start}). Save it as UTF-8.") from problem


class _Constructor(SafeConstructor):
    """Says where a value stands that is none, as the date 2026-02-30."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError) as error:
            problem = f"{str(node.value)[:60]!r} is no value ({error})"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def _checked(content: str, file: str, model: type[Model], error: type[SLAError]) -> Model:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        values = yaml.load(content)
        lines = YAML(typ="rt").load(content)
    except YAMLError as problem:
        raise error(f"{file} is not valid YAML: {' '.join(str(problem).split())}") from problem
    except RecursionError as problem:
        raise error(f"{file} is nested too deeply. Expected a YAML file written by hand.") from problem
    if not isinstance(values, dict):
        raise error(f"{file} holds no settings. Expected a YAML file of keys and values.")
    try:
        return model.model_validate(values)
    except ValidationError as problem:
        found = [_words(file, lines, detail) for detail in problem.errors()]
        raise error("\n".join(dict.fromkeys(found))) from problem


def _words(file: str, lines: Any, detail: Any) -> str:
    """One pydantic complaint as file, line, key and what was expected."""
    node, line, path = lines, 1, []
    for part in detail["loc"]:
        place = getattr(node, "lc", None)
        if place is None or part not in (range(len(node)) if isinstance(node, list) else node):
            if part in (None, "[key]") or (isinstance(part, str) and not part.isidentifier()):
                continue
            break
        position = place.data.get(part) if place.data else None
        line = position[0] + 1 if position else line
        path.append(str(part))
        node = node[part]
    if detail["type"] == "extra_forbidden":
        key = str(detail["loc"][-1])
        where = _line_of(lines, detail["loc"]) or line
        return f"{file}, line {where}: key '{key}' is not known here. Remove it or check its spelling."
    message = detail["msg"].removeprefix("Value error, ")
    return f"{file}, line {line}: {'.'.join(path) or 'the file'}: {message}"


def _line_of(node: Any, path: tuple[Any, ...]) -> int | None:
    line = None
    for part in path:
        place = getattr(node, "lc", None)
        if place is None or not place.data or part not in place.data:
            return line
        line = place.data[part][0] + 1
        node = node[part]
    return line
