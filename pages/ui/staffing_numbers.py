"""How hours, agents and touches are written on the staffing page, each with what 10 % more and less work make of it."""

from analytics.staffing.case import Case
from pages.ui import format as fmt


def amount(case: Case, value: float) -> str:
    """Work in the case's unit."""
    return touches(value) if case.relative else f"{rounded(value)} h"


def touches(value: float) -> str:
    """Touches, whole from ten on.

    Example:
        >>> touches(1077.2), touches(1.0), touches(0.08)
        ('1,077 touches', '1 touch', '0.1 touches')
    """
    number = fmt.number(round(value)) if value >= 10 else agents(value)
    return f"{number} {'touch' if number == '1' else 'touches'}"


def rounded(value: float) -> str:
    """Hours, whole from ten on.

    Example:
        >>> rounded(1396.4), rounded(7.84)
        ('1,396', '7.8')
    """
    return fmt.number(round(value)) if value >= 10 else f"{value:.1f}"


def band(less: float, more: float) -> str:
    """What holds for 10 % less and more work, in words.

    Example:
        >>> band(3, 5)
        '3 with 10 % less work, 5 with 10 % more'
    """
    return f"{_whole(less)} with 10 % less work, {_whole(more)} with 10 % more"


def _whole(value: float) -> str:
    return fmt.number(round(value))


def apart(one: float, other: float) -> int:
    """Hours between two numbers of them as they are written, so that what is told adds up.

    Example:
        >>> apart(92.6, 82.4), apart(9.4, 7.1)
        (11, 2)
    """
    return round(one) - round(other)


def agents(value: float) -> str:
    """Agents, or a few touches, on average: a tenth is told where there is one.

    Example:
        >>> agents(9.52), agents(4.0), agents(0.0)
        ('9.5', '4', '0')
    """
    return f"{value:.1f}".removesuffix(".0")
