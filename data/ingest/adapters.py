"""The registry of adapters: which kinds of files are known, and which one a file is."""

from collections.abc import Iterable, Sequence

from analytics.errors import ImportFileError
from data.ingest import (
    freshdesk,
    freshdesk_api,
    freshservice,
    jira,
    servicenow,
    servicenow_audit,
    zammad,
    zendesk,
    zendesk_audits,
    zendesk_events,
)
from data.ingest.adapter import Adapter
from data.ingest.files import File

_MODULES = (
    *(freshdesk, freshdesk_api, freshservice, zendesk, zendesk_events, zendesk_audits),
    *(jira, servicenow, servicenow_audit, zammad),
)
ADAPTERS: dict[str, Adapter] = {each.name: each for module in _MODULES for each in module.ADAPTERS}
"""Every adapter by the name of its stream."""

_SHOWN = 12


def detected(files: Iterable[File]) -> list[tuple[Adapter, list[File]]]:
    """The files by the adapter that knows them, in the order of the registry.

    Raises:
        ImportFileError: no adapter knows a file.
    """
    found: dict[str, list[File]] = {}
    for file in files:
        found.setdefault(adapter_of(file).name, []).append(file)
    return [(adapter, found[name]) for name, adapter in ADAPTERS.items() if name in found]


def adapter_of(file: File) -> Adapter:
    """The adapter that knows a file.

    Raises:
        ImportFileError: none does; the message says what is known and what to do.
    """
    fits = [adapter for adapter in ADAPTERS.values() if adapter.fits(file)]
    if fits:
        return fits[0]
    what = "columns" if file.kind == "table" else "keys"
    raise ImportFileError(
        f"{file.name} is no export that is known; its {what}: {_some(file.columns)}. "
        f"Known are {'; '.join(adapter.label for adapter in ADAPTERS.values())}. "
        "For any other table name a mapping with --mapping, or make one on the Data page."
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
