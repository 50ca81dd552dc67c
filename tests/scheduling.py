"""Which tests go to the same process, when several run at once."""

from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"


class BrowserTogether(LoadFileScheduling):  # type: ignore[misc]
    """Each file in one process, and all files that need the browser in one: it opens one browser and one server."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))
