"""How instants, lengths of time, lists and names from tickets are put into sentences."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from analytics.timezones import to_local_seconds

_STEPS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


def clean(text: str) -> str:
    r"""The text with every control character, line break and change of writing direction made visible.

    Example:
        >>> clean("a\x1b[31mred\nb")
        'a�[31mred�b'
    """
    return "".join("\ufffd" if unicodedata.category(sign) in _UNSEEN or sign in _TURNS else sign for sign in text)


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    Example:
        >>> listed(["a", "b", "c"]), listed(["phone", "chat"], "or"), listed(["a"])
        ('a, b and c', 'phone or chat', 'a')
    """
    return f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def exact(seconds: int, *, days: bool = False) -> str:
    """A length of time to the second, so that sums can be checked; open time has no days.

    Example:
        >>> exact(117_000), exact(117_005, days=True), exact(0)
        ('32 h 30 min', '1 d 8 h 30 min 5 s', '0 s')
    """
    parts, left = [], seconds
    for unit, size in _STEPS if days else _STEPS[1:]:
        count, left = divmod(left, size)
        parts += [f"{count:,} {unit}"] if count else []
    return " ".join(parts) or "0 s"


def moment(at: datetime, time_zone: str, *, seconds: bool = False) -> str:
    """What the clock on the wall showed, as "Mon 1 Jun 2026 16:00".

    Example:
        >>> from datetime import UTC
        >>> moment(datetime(2026, 6, 1, 14, 0, 5, tzinfo=UTC), "Europe/Stockholm")
        'Mon 1 Jun 2026 16:00'
    """
    shown = to_local_seconds(np.array([int(at.timestamp())]), time_zone).astype("datetime64[s]")[0].item()
    return f"{shown:%a} {shown.day} {shown:%b %Y %H:%M}" + (f"{shown::%S}" if seconds else "")
