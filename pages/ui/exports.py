"""What people leave with: tables as CSV and XLSX, charts as PNG and SVG, pages as PDF. Bytes, and no network."""

from pages.ui.exports_cells import cells, formats, headings
from pages.ui.exports_csv import csv, defused
from pages.ui.exports_page import report
from pages.ui.exports_pictures import picture
from pages.ui.exports_xlsx import MOST_ROWS, xlsx

__all__ = ["MOST_ROWS", "cells", "csv", "defused", "formats", "headings", "picture", "report", "xlsx"]
