"""From a page as it was drawn to its report on paper."""

from itertools import groupby

from pages.ui import exports_report as paper
from pages.ui import sheet
from pages.ui.exports_cells import cells

MOST_ROWS = 200
"""Rows of a table on paper; the files of the table hold the others."""


def report(made: sheet.Sheet) -> bytes:
    """The page as PDF; the last line of its scope, how the data stand, is its footer."""
    return paper.report(on_paper(made))


def on_paper(made: sheet.Sheet) -> paper.Sheet:
    """The page's parts for paper: cards drawn one after another stand side by side, all else in its order."""
    parts: list[paper.Part] = []
    for is_card, run in groupby(made.parts, key=lambda part: isinstance(part, sheet.Card)):
        if is_card:
            cards = [part for part in run if isinstance(part, sheet.Card)]
            parts.append(paper.Cards([(card.label, card.value, card.delta or "", card.note) for card in cards]))
        else:
            parts += [_part(part) for part in run]
    standing = made.scope[-1] if made.scope else ""
    return paper.Sheet(made.question, list(made.scope), parts, as_of=standing)


def _part(part: sheet.Part) -> paper.Part:
    match part:
        case sheet.Picture(title, answer, drawn, alt):
            return paper.Chart(title, answer, drawn.to_dict(validate=False), alt)
        case sheet.Rows(title, frame, columns):
            headers, rows = cells(frame.head(MOST_ROWS), columns)
            return paper.Table(title, headers, rows, more=max(0, frame.height - MOST_ROWS))
        case sheet.Words(text, first):
            return paper.Verdict(text) if first else paper.Lines([text])
        case sheet.Card(label, value, delta, note):
            return paper.Cards([(label, value, delta or "", note)])
