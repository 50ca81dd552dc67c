"""Tickets straight from a help desk's API: received page by page, kept as JSON lines, then imported."""

import os

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
"""dlt tells its makers of its use unless this is set before it is imported."""
