"""dlt's REST client, held to one host: paging, retries and waits are its own, errors and refusals are ours.

Nothing beyond this module knows dlt. Its pipelines are not used: they rename keys and flatten records, keep a page
only when all of them were received, and hold their state outside the store.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.requests import ChunkedEncodingError, HTTPError, RequestException, Response, Timeout
from dlt.sources.helpers.requests import Client as Retrying
from dlt.sources.helpers.rest_client.auth import AuthConfigBase, BearerTokenAuth, HttpBasicAuth
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    SinglePagePaginator,
)

from data.pull.access import Access
from data.pull.feeds import PATIENCE, By, ForbiddenError, NotThereError, Patience, PullError

AGAIN = "What was received is kept; the same command goes on from there."
_PAGINATORS: dict[By | None, Callable[[], BasePaginator]] = {
    None: SinglePagePaginator,
    "link": HeaderLinkPaginator,
    "next": lambda: JSONLinkPaginator("links.next"),
    "token": lambda: JSONResponseCursorPaginator("nextPageToken", "nextPageToken"),
    "offset": lambda: OffsetPaginator(limit=100, offset_param="startAt", limit_param="maxResults"),
}
_WITHOUT_RESET = 10.0


class Client:
    """A help desk, asked through HTTP."""

    def __init__(
        self, access: Access, patience: Patience = PATIENCE, waiting: Callable[[], None] = lambda: None
    ) -> None:
        self._access, self._patience, self._waiting = access, patience, waiting
        self._owed = 0.0
        self._session = Retrying(
            request_timeout=patience.timeout,
            raise_for_status=False,
            request_max_attempts=patience.attempts,
            request_backoff_factor=patience.backoff,
            request_max_retry_delay=patience.longest,
        ).session
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(access.address))
        adapter = self._session.get_adapter(origin)
        self._session.adapters.clear()
        self._session.mount(origin, adapter)
        self._rest = RESTClient(
            access.address,
            headers={"Accept": "application/json", "User-Agent": "duetime"},
            auth=_authentication(access),
            session=self._session,
            config=RuntimeConfiguration(),
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def pages(self, path: str, parameters: Mapping[str, Any], by: By | None = None) -> Iterator[Any]:
        """The bodies of the pages at a path.

        Raises:
            NotThereError: there is nothing at this path.
            PullError: the help desk refuses, cannot be reached, or answers what is no JSON.
        """
        self._wait()
        try:
            for page in self._rest.paginate(
                path,
                params=dict(parameters),
                paginator=_PAGINATORS[by](),
                data_selector="$",
                hooks={"response": [self._checked]},
                allow_redirects=False,
            ):
                yield page.response.json()
                if page.paginator.has_next_page:
                    self._wait()
        except PullError:
            raise
        except RequestException as error:
            raise PullError(f"{self._told(error)} {AGAIN}") from None

    def _wait(self) -> None:
        """Wait until the allowance is filled again, where the last answer said that nothing is left of it."""
        owed, self._owed = self._owed, 0.0
        if owed:
            self._waiting()
            self._patience.sleep(owed)

    def _checked(self, response: Response, *_: Any, **__: Any) -> None:
        """Look at an answer before anybody reads it; what is worth another attempt is raised as dlt knows it."""
        status = response.status_code
        denied = "AUTHENTICAT" in response.headers.get("X-Seraph-LoginReason", "").upper()
        if status != 200 or denied:
            response.close()
        if status == 429 or status >= 500:
            if status == 429:
                self._waiting()
            raise HTTPError(str(status), response=response)
        if status != 200 or denied:
            self._refuse(status if status != 200 else 401, response)
        try:
            response.json()
        except ValueError:
            raise ChunkedEncodingError("no JSON", response=response) from None
        self._owed = min(self._patience.longest, pause_asked(response.headers, datetime.now(UTC)))

    def _refuse(self, status: int, response: Response) -> None:
        where, access = f"{self._access.system.capitalize()} answered {status}", self._access
        path = urlsplit(response.url).path
        domain = access.variable.rsplit("_", 2)[0] + "_DOMAIN"
        if status == 401:
            raise PullError(f"{where}: {access.variable} is wrong or has expired. Make a new one. {AGAIN}")
        if status == 403:
            raise ForbiddenError(
                f"{where} for {path}: the account of {access.variable} may not read this. Give it the right to, or "
                f"take another account's. {AGAIN}"
            )
        if status in {404, 410}:
            raise NotThereError(f"{where}: there is no {path}. Check {domain}.")
        if 300 <= status < 400:
            host = urlsplit(response.headers.get("Location", "")).hostname or "another address"
            raise PullError(f"{where}, which leads to {host}; keys are sent to no other host. Check {domain}.")
        raise PullError(f"{where} for {path}: it does not understand the question. {AGAIN}")

    def _told(self, error: RequestException) -> str:
        name, patience = self._access.system.capitalize(), self._patience
        if isinstance(error, HTTPError) and error.response is not None:
            status = error.response.status_code
            if status == 429:
                return f"{name} allows no more requests for now (429, {patience.attempts} times). Try again later."
            return f"{name} is out of order ({status}, {patience.attempts} times). Try again later."
        if isinstance(error, Timeout):
            return f"{name} did not answer within {patience.timeout:g} s. Try again later."
        if isinstance(error, ChunkedEncodingError):
            return f"{name} broke off its answer, or what came is no JSON ({patience.attempts} times). Try again later."
        if isinstance(error, ValueError):
            return f"{name} names a next page on another host; keys are sent to no other host. Tell its makers."
        return f"{name} cannot be reached. Check the network, and that the domain is right."


def pause_asked(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until the next request may be sent; 0 as long as something is left of the allowance.

    Example:
        >>> from datetime import UTC, datetime
        >>> left = {"Zendesk-RateLimit-Incremental-Exports": "total=10; remaining=0; resets=42"}
        >>> pause_asked(left, datetime(2026, 1, 1, tzinfo=UTC))
        42.0
    """
    found = {name.lower(): value for name, value in headers.items()}
    waits = [0.0]
    for name, value in found.items():
        if name.startswith("zendesk-ratelimit-"):
            parts = dict(re.findall(r"(\w+)=(\d+)", value))
            if parts.get("remaining") == "0":
                waits.append(float(parts.get("resets", _WITHOUT_RESET)))
    left = [found.get(name) for name in ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")]
    if "0" in left:
        waits.append(_reset(found, now))
    return max(waits)


def _reset(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until the allowance is filled again, told in seconds or as a time."""
    for name in ("ratelimit-reset", "x-ratelimit-interval-seconds"):
        if headers.get(name, "").isdecimal():
            return float(headers[name])
    try:
        at = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return _WITHOUT_RESET
    return max(0.0, (at - now).total_seconds()) if at.tzinfo else _WITHOUT_RESET


def _authentication(access: Access) -> AuthConfigBase:
    secret = access.secret.get_secret_value()
    if access.system == "freshdesk":
        return HttpBasicAuth(secret, "X")
    if access.email is None:
        return BearerTokenAuth(secret)
    user = f"{access.email}/token" if access.system == "zendesk" else access.email
    return HttpBasicAuth(user, secret)
