"""What are companies and people called, when none of them exist?"""

_ROOTS = (
    "Aldermoss", "Askhamra", "Birkholt", "Brannvik", "Calderwyn", "Copperlane", "Dunmarrow", "Eastwharf", "Ekstavik",
    "Fernleigh", "Fjallnes", "Glimvik", "Granholt", "Greyharbour", "Hallowmere", "Harrowby", "Hollinfield", "Isvalla",
    "Juniper Hill", "Karlsro", "Kestrelmoor", "Larkvale", "Lindvalla", "Marrowstone", "Millbrae", "Norrtuna",
    "Oakhurst Lane", "Ostervik", "Pinecrossing", "Quillhaven", "Ravensholt", "Redfern Bay", "Saltmarsh", "Skogsnas",
    "Stonewick", "Tallmora", "Thornbury Road", "Umberfield", "Vastervang", "Wexcombe",
)  # fmt: skip
_TRADES = (
    "Foods", "Logistics", "Energy", "Retail", "Clinics", "Insurance", "Shipping", "Schools", "Media", "Hotels",
    "Timber", "Water", "Mobility", "Textiles",
)  # fmt: skip
_SURNAMES = (
    "Lind", "Berg", "Holm", "Dahl", "Ek", "Sand", "Falk", "Strand", "Moss", "Hale", "Price", "Ward", "Lane", "Marsh",
    "Frost", "Boyd", "Cole", "Reyes", "Shah", "Okoro", "Novak", "Costa", "Haddad", "Kim", "Silva", "Brandt", "Rossi",
    "Nyman", "Quist", "Torres", "Byrne", "Flynn", "Osei", "Petrov", "Sato", "Weiss", "Young", "Vance",
)  # fmt: skip
_INITIALS = "AMJSEKLRTNHBDFGPCIOV"
_STEP = 3
"""Shares no factor with 20: initials go round before one repeats beside the same surname."""


def company(number: int) -> str:
    """The name of a company, each number its own, up to 560.

    Example:
        >>> company(0), company(41)
        ('Aldermoss Foods', 'Askhamra Energy')
    """
    root, round_ = number % len(_ROOTS), number // len(_ROOTS)
    return f"{_ROOTS[root]} {_TRADES[(round_ + root) % len(_TRADES)]}"


def person(number: int) -> str:
    """The handle of an agent, each number its own; after 760 with a middle initial.

    Example:
        >>> person(0), person(1)
        ('A. Lind', 'S. Berg')
        >>> person(760)
        'A. A. Lind'
    """
    surname, round_ = number % len(_SURNAMES), number // len(_SURNAMES)
    first = _INITIALS[(round_ + _STEP * surname) % len(_INITIALS)]
    further = round_ // len(_INITIALS)
    middle = f"{_INITIALS[(further - 1) % len(_INITIALS)]}. " if further else ""
    return f"{first}. {middle}{_SURNAMES[surname]}"
