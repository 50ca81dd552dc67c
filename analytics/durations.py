"""How a length of time is written for people."""

_STEPS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def words(seconds: float | None, *, days: bool = True) -> str:
    """A duration in its two largest units; a dash for none.

    Open time is written without days, since a working day has not 24 hours.

    Example:
        >>> words(93_600), words(5_400), words(42), words(-60), words(None)
        ('1 d 2 h', '1 h 30 min', '42 s', '-1 min', '–')
        >>> words(93_600, days=False)
        '26 h'
    """
    if seconds is None:
        return "–"
    left = abs(round(seconds))
    parts = []
    for unit, size in _STEPS if days else _STEPS[1:]:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count:,} {unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return ("-" if seconds < 0 else "") + (" ".join(parts) or "0 s")
