"""The commands on policy files: `python -m data policy COMMAND`."""

import json
import sys

from cyclopts import App

from analytics.policy import editor_schema
from data.check import summary, warnings
from data.documents import read_policy

app = App(name="policy", help="Check a policy file, or help an editor to write one.")


@app.command
def check(file: str, /) -> None:
    """Say what a policy file promises, and what in it is an error or worth a second look.

    Args:
        file: Name of a policy in data/policies, or the path of one.
    """
    document = read_policy(file)
    found = warnings(document)
    count = f"{len(found)} warning{'s' if len(found) > 1 else ''}" if found else "no problems"
    sys.stdout.write("\n".join([*found, f"{document.label}: {count}", "", summary(document.file)]) + "\n")


@app.command
def schema() -> None:
    """Print the JSON Schema of policy files, for editors that complete and check YAML."""
    sys.stdout.write(json.dumps(editor_schema(), indent=2, ensure_ascii=False) + "\n")
