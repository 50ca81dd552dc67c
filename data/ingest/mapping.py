"""Which column of a file means what: the checked content of a mapping file."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from analytics.errors import UnknownNameError
from analytics.evidence import HISTORIES, Evidence, Gap
from analytics.schemas import ATTRIBUTES, CANCELLATIONS
from analytics.timezones import zone_table

TIMES = (
    "created_at",
    "updated_at",
    "first_responded_at",
    "resolved_at",
    "first_response_due_at",
    "resolution_due_at",
)
HAPPENED = ("created_at", "updated_at", "first_responded_at", "resolved_at")
"""Times of what has happened; the others are due times."""
VERDICTS = ("first_response_verdict", "resolution_verdict")
VERDICT_WORDS = {"met": False, "breached": True}
CREATORS = {"customer": False, "agent": True}

Target = Literal[
    "ticket_id",
    "created_at",
    "updated_at",
    "first_responded_at",
    "resolved_at",
    "first_response_due_at",
    "resolution_due_at",
    "first_response_verdict",
    "resolution_verdict",
    "status",
    "cancelled",
    "created_by",
    "priority",
    "category",
    "channel",
    "region",
    "plan",
    "customer",
    "team",
    "agent",
]


def _as_texts(value: object) -> object:
    return {str(key): text for key, text in value.items()} if isinstance(value, dict) else value


class Mapping(BaseModel):
    """How one kind of file becomes tickets.

    Attributes:
        source: name of the system, kept with every ticket.
        policy: policy file used when an import names none.
        time_zone: zone of times that carry no offset.
        time_format: "iso", or a strptime pattern such as "%d/%m/%Y %H:%M".
        ambiguous: which instant a local time means that happened twice; "reject" sets such a row aside as unreadable.
        encoding, delimiter: of text files.
        ticket_url: address of a ticket in its help desk, with "{ticket_id}" in it.
        columns: for each of our fields, the column of the file.
        values: for a field, the file's words and ours; verdicts become "met" or "breached",
            created_by "customer" or "agent".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    source: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
    policy: str | None = None
    time_zone: str
    time_format: str = "iso"
    ambiguous: Literal["earliest", "latest", "reject"] = "earliest"
    encoding: Literal["utf-8", "utf-16", "cp1252", "latin-1"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    ticket_url: str | None = None
    columns: dict[Target, str]
    values: dict[Target, Annotated[dict[str, str], BeforeValidator(_as_texts)]] = {}

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            zone_table(zone)
        except UnknownNameError as error:
            raise ValueError(str(error)) from error
        return zone

    @field_validator("time_format")
    @classmethod
    def _format_complete(cls, pattern: str) -> str:
        if pattern != "iso" and not ("%" in pattern and any(part in pattern for part in ("%Y", "%y", "%F", "%s"))):
            raise ValueError(f"{pattern!r} is not a time format. Expected 'iso' or a pattern such as '%d/%m/%Y %H:%M'.")
        return pattern

    @field_validator("ticket_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and (not url.startswith(("https://", "http://")) or "{ticket_id}" not in url):
            raise ValueError(f"{url!r} is not a ticket address. Expected http(s)://… with {{ticket_id}} in it.")
        return url

    @model_validator(mode="after")
    def _enough(self) -> "Mapping":
        missing = [field for field in ("ticket_id", "created_at") if field not in self.columns]
        if missing:
            raise ValueError(f"columns must name {' and '.join(missing)}.")
        for field in self.values:
            if field not in self.columns:
                raise ValueError(f"values translates '{field}', but columns does not name it.")
        allowed = {
            "cancelled": CANCELLATIONS,
            "created_by": tuple(CREATORS),
            **dict.fromkeys(VERDICTS, tuple(VERDICT_WORDS)),
        }
        for translated, texts in self.values.items():
            words = allowed.get(translated)
            wrong = sorted(set(texts.values()) - set(words)) if words else []
            if words and wrong:
                raise ValueError(f"values.{translated} gives {wrong[0]!r}. Expected one of {', '.join(words)}.")
        return self

    def attributes(self) -> list[str]:
        """The ticket attributes this file can give."""
        return [name for name in ATTRIBUTES if name in self.columns]

    def gaps(self) -> frozenset[Gap]:
        """What a file read by this mapping cannot tell."""
        told: dict[Gap, tuple[str, ...]] = {
            "first_response": ("first_responded_at",),
            "first_response_due": ("first_response_due_at",),
            "resolution_due": ("resolution_due_at",),
            "verdicts": VERDICTS,
        }
        never: tuple[Gap, ...] = ("pauses", "reopenings", "conversation", *HISTORIES)
        untold = (gap for gap, fields in told.items() if not any(field in self.columns for field in fields))
        return frozenset((*never, *untold))

    def evidence(self) -> Evidence:
        """Whether it tells when things happened, or verdicts alone."""
        return "outcomes" if {"first_responded_at", "resolved_at"} & set(self.columns) else "flags"
