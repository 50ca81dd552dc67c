"""Policy and mapping files on disk: found by name or path, read as YAML 1.2, and checked."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from analytics.errors import MappingError, PolicyError, SLAError
from analytics.policy import PolicyFile
from analytics.written import MisplacedError
from data.ingest.mapping import Mapping
from data.yaml import Document, UnreadableError, read

FOLDER = Path(__file__).parent
_SUPPLIED = """\
# Made by an import that named no policy: each ticket is judged by the due times its help desk gave it.
version: 1
schedules:
  always: {{time_zone: {time_zone}, hours: 24x7}}
policies:
  - {{name: as supplied, schedule: always, due: supplied}}
"""
LARGEST, LONGEST_MESSAGE = 1_000_000, 600
_TOO_LARGE = "it is larger than 1 MB. Expected a file written by hand."
_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "too_short": "at least one",
    "invalid_key": "keys that are names",
}
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PolicyDocument:
    """A policy file, its text as stored, and the hash reports carry.

    Attributes:
        name: as the store and pages call it.
        content: its text.
        file: what the text says.
        label: as messages call it.
    """

    name: str
    content: str
    file: PolicyFile
    label: str

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


@lru_cache(maxsize=16)
def policy_of(name: str, content: str, file: str) -> PolicyDocument:
    """The policy document of a text, read once; `file` is how errors call it. Shared, so never changed in place."""
    return PolicyDocument(name, content, _checked(content, file, PolicyFile, PolicyError), file)


def supplied_policy(time_zone: str) -> PolicyDocument:
    """A policy that judges each ticket by the due times its own help desk gave it, at all hours."""
    text = _SUPPLIED.format(time_zone=time_zone)
    return policy_of("as_supplied", text, "the policy made by the import")


def mapping_text(name: str) -> str:
    """The text of a mapping file, found as `read_mapping` does."""
    return _text(_find(name, "mappings", MappingError), MappingError)


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
        raise error(_said(path.name, 1, _TOO_LARGE))
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise error(_said(path.name, line, f"byte {problem.start} is not UTF-8 text. Save it as UTF-8.")) from problem


def _checked(content: str, file: str, model: type[Model], error: type[SLAError]) -> Model:
    if len(content) > LARGEST:
        raise error(_said(file, 1, _TOO_LARGE))
    try:
        document = read(content)
    except UnreadableError as problem:
        raise error(_said(file, problem.line, problem.message)) from problem
    if not isinstance(document.values, dict):
        raise error(_said(file, document.lines[()], "it holds no settings. Expected a YAML file of keys and values."))
    try:
        return model.model_validate(document.values)
    except ValidationError as problem:
        keys = _keys(model.model_json_schema())
        found = [_complaint(document, detail, keys) for detail in _told_apart(problem.errors(), keys)]
        raise error("\n".join(_said(file, *each) for each in sorted(dict.fromkeys(found)))) from problem


def _said(file: str, line: int, message: str) -> str:
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[: LONGEST_MESSAGE // 2]} … {message[-LONGEST_MESSAGE // 2 :]}"
    return f"{file}, line {line}: {' '.join(message.split())}"


def _keys(schema: Any) -> set[str]:
    """Every key that stands in some part of a file."""
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def _near(key: object, keys: set[str]) -> str | None:
    """The known key that a wrong one was meant to be."""
    return next(iter(get_close_matches(str(key), keys, n=1, cutoff=0.75)), None)


def _told_apart(details: Sequence[Any], keys: set[str]) -> list[Any]:
    """The complaints, but for a key that is missing only because it stands there misspelt."""
    wrong = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {(*loc[:-1], _near(loc[-1], keys)) for loc in wrong}
    return [detail for detail in details if detail["type"] != "missing" or detail["loc"] not in meant]


def _complaint(document: Document, detail: Any, keys: set[str]) -> tuple[int, str]:
    """One pydantic complaint as line, key and what was expected."""
    cause = detail.get("ctx", {}).get("error")
    below = cause.path if isinstance(cause, MisplacedError) else ()
    path, line = document.place((*detail["loc"], *below))
    if detail["type"] == "extra_forbidden":
        near = _near(detail["loc"][-1], keys)
        hint = f"Did you mean '{near}'?" if near else "Remove it or check its spelling."
        return line, f"key '{detail['loc'][-1]}' is not known here. {hint}"
    return line, f"{'.'.join(str(step) for step in path) or 'the file'}: {_words(detail)}"


def _words(detail: Any) -> str:
    """What a pydantic complaint says, in our words."""
    value, kind = detail["input"], detail["type"]
    if kind == "missing":
        return f"'{detail['loc'][-1]}' is missing. Expected a value for it."
    if kind == "literal_error":
        near = get_close_matches(str(value), re.findall(r"'([^']*)'", detail["ctx"]["expected"]), n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        return f"{_shown(value)} is not known here.{hint} Expected {detail['ctx']['expected']}."
    if kind in _EXPECTED:
        hint = ". Write it in quotes" if kind == "string_type" and isinstance(value, int | float) else ""
        return f"{_shown(value)} stands here{hint}. Expected {_EXPECTED[kind]}."
    return str(detail["msg"]).removeprefix("Value error, ")


def _shown(value: Any) -> str:
    """A value as a sentence names it."""
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a set of keys"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else f"the number {value}"
