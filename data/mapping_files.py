"""Mapping files made by the program: written as YAML, kept beside the store, found again by name."""

import json
import re
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any

from analytics.errors import MappingError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_HEAD = "# Made on the Data page. What each line means is told by the mappings in data/mappings.\n"


def mapping_yaml(content: Dictionary[str, Any]) -> str:
    r"""A mapping as the text of its file; what is None or empty is left out.

    Example:
        >>> print(mapping_yaml({"version": 1, "policy": None, "columns": {"ticket_id": 'No "x"'}}))
        # Made on the Data page. What each line means is told by the mappings in data/mappings.
        version: 1
        columns:
          ticket_id: "No \"x\""
        <BLANKLINE>
    """
    return _HEAD + "".join(_lines(content, ""))


def _lines(content: Dictionary[str, Any], indent: str) -> list[str]:
    found = []
    for name, value in content.items():
        if value is None or value == {}:
            continue
        written = name if NAME.fullmatch(name) and not indent[2:] else _quoted(name)
        if isinstance(value, dict):
            found += [f"{indent}{written}:\n", *_lines(value, indent + "  ")]
        else:
            found.append(f"{indent}{written}: {_quoted(value) if isinstance(value, str) else value}\n")
    return found


def _quoted(text: str) -> str:
    """A text as both JSON and YAML write it."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def folder(store: Path) -> Path:
    """Where the mappings of a store are kept."""
    return store / "mappings"


def saved(store: Path) -> dict[str, Path]:
    """The mappings kept beside a store, by name."""
    return {path.stem: path for path in sorted(folder(store).glob("*.yaml"))}


def save(store: Path, name: str, text: str) -> Path:
    """Keep a mapping beside the store under a name, in the place of an earlier one of that name.

    Raises:
        MappingError: it cannot be called so, or there is no room for it.
    """
    if not NAME.fullmatch(name):
        raise MappingError(
            f"A mapping cannot be called {name!r}. Expected letters, digits, '-' and '_', at most 60 of them."
        )
    path, aside = folder(store) / f"{name}.yaml", folder(store) / f".{name}.yaml-new"
    try:
        folder(store).mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise MappingError(
            f"The mapping {name} cannot be kept ({error.strerror or error}). Make room, or download it instead."
        ) from error
    return path
