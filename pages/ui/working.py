"""Long work beside the page: it shows how far it is, can be cancelled, and what came of it is kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

import streamlit as st

from analytics.errors import SLAError
from pages.ui import blocks

Progress = Callable[[float, str], None]
Task = Callable[[Progress], Any]

_EVERY = 0.5
_MOST_KEPT = 24
_SLOT = "work"


class _CancelledError(Exception):
    """Raised inside the work when the reader has cancelled it."""


@dataclass(eq=False)
class Work:
    """One piece of work in a thread of its own.

    Attributes:
        key: what it works out, as small scalars.
        share, what: how far it is, and what it is doing.
        result: what came of it; None until it is done, or where it failed.
        error: why it failed.
    """

    key: Hashable
    share: float = 0.0
    what: str = ""
    result: Any = None
    error: str = ""
    cancelled: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)

    def start(self, task: Task, kept: "_Kept") -> None:
        """Begin; the result goes to those that are kept."""
        Thread(target=self._run, args=(task, kept), daemon=True, name="work").start()

    def _run(self, task: Task, kept: "_Kept") -> None:
        try:
            self.result = task(self._tell)
            kept.put(self.key, self.result)
        except _CancelledError:
            self.error = ""
        except SLAError as error:
            self.error = str(error)
        except Exception as error:  # whatever it was, the reader is told and the page goes on
            self.error = f"This could not be worked out: {error!r}. Please report it with what you had chosen."
            raise
        finally:
            self.ended.set()

    def _tell(self, share: float, what: str) -> None:
        if self.cancelled.is_set():
            raise _CancelledError
        self.share, self.what = min(1.0, max(0.0, share)), what


class _Kept:
    """The latest results, shared by every reader."""

    def __init__(self) -> None:
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def put(self, key: Hashable, result: Any) -> None:
        with self._lock:
            self._results[key] = result
            while len(self._results) > _MOST_KEPT:
                self._results.popitem(last=False)


@st.cache_resource
def _kept() -> _Kept:
    return _Kept()


def known(key: Hashable) -> Any:
    """What came of some work, where it is kept; else None."""
    return _kept().get(key)


def of(key: Hashable, task: Task, *, begin: str, name: str, auto: bool = False) -> Any:
    """What comes of some work: kept from before, or worked out now while the reader looks on.

    Args:
        key: names the work and everything it depends on.
        task: works it out; it tells a callback how far it is, which raises when the reader cancels.
        begin: label of the button that starts it.
        name: of the work among the page's widgets.
        auto: start without being asked, unless it was cancelled.

    Returns:
        The result; None while there is none yet.
    """
    found = known(key)
    if found is not None:
        return found
    slot: dict[str, Work] = st.session_state.setdefault(_SLOT, {})
    work = slot.get(name)
    if work is not None and work.key != key:
        work.cancelled.set()
        work = None
    if work is None and auto:
        work = _begin(slot, name, key, task)
    if work is not None and not work.ended.is_set():
        _running(name)
        return None
    if work is not None and work.error:
        st.error("This could not be worked out.", icon=":material/error:")
        st.text(work.error)
    elif work is not None:
        st.caption("Cancelled.")
    if st.button(begin, icon=":material/play_arrow:", key=f"begin-{name}", type="primary"):
        _begin(slot, name, key, task)
        st.rerun()
    return None


def _begin(slot: dict[str, Work], name: str, key: Hashable, task: Task) -> Work:
    work = slot[name] = Work(key)
    work.start(task, _kept())
    return work


@st.fragment(run_every=_EVERY)
def _running(name: str) -> None:
    """How far the work is, looked at twice a second, with a button to stop it."""
    work: Work | None = st.session_state.get(_SLOT, {}).get(name)
    if work is None or work.ended.is_set():
        st.rerun()
    st.progress(work.share, f"{blocks.text(work.what or 'Beginning')} … {work.share:.0%}")
    st.button("Cancel", on_click=work.cancelled.set, icon=":material/cancel:", key=f"cancel-{name}")
