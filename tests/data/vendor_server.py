"""A help desk on this machine: plays Freshdesk, Zendesk and Jira, and misbehaves when told to."""

import json
import socket
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Record = dict[str, Any]
Query = dict[str, str]
KEY = "canary-Zx81key"


@dataclass
class Answer:
    """What is sent back."""

    body: Any = None
    status: int = 200
    headers: Record = field(default_factory=dict)


@dataclass
class Desk:
    """What the help desk knows, and how it behaves.

    Attributes:
        records: by list: "tickets", "issues", "ticket_metric_events", ...
        page: records on a page, whatever is asked for.
        most_pages: pages of one question.
        faults: by the number of the request, from 1: how it goes wrong.
        after: by the number of the request: what happens once its answer is written.
        requests: every request: path and query.
        headers: sent with every answer.
        expired_from: the request from which on the key is not known any more.
        address: of the desk.
        elsewhere: where a redirect leads to.
        nameless: whether the key may not list groups and agents.
        released: set, it lets a request go on that hangs.
    """

    records: dict[str, list[Record]] = field(default_factory=dict)
    page: int = 3
    most_pages: int = 300
    faults: dict[int, str] = field(default_factory=dict)
    after: dict[int, Callable[[], None]] = field(default_factory=dict)
    requests: list[tuple[str, Query]] = field(default_factory=list)
    headers: Record = field(default_factory=dict)
    expired_from: int = 1 << 30
    address: str = ""
    elsewhere: str = ""
    nameless: bool = False
    released: Event = field(default_factory=Event)

    def asked(self, path: str) -> list[Query]:
        """The questions asked at a path."""
        return [query for each, query in self.requests if each == path]

    def answer(self, path: str, query: Query) -> Answer:
        """What an honest help desk says."""
        routes: list[tuple[str, Callable[[str, Query], Answer]]] = [
            *(("/api/v2/tickets/", self._audits), ("/api/v2/incremental/", self._export)),
            *(("/api/v2/tickets", self._tickets), ("/api/v2/", self._names)),
            *(("/rest/servicedeskapi/request/", self._sla), ("/rest/api/3/search/jql", self._cloud_search)),
            *(
                ("/rest/api/2/search", self._search),
                ("/rest/api/3/issue/", self._of_issue),
                ("/rest/api/", self._plain),
            ),
        ]
        return next((play(path, query) for start, play in routes if path.startswith(start)), Answer(status=404))

    def _tickets(self, path: str, query: Query) -> Answer:
        chosen, number = query.get("filter"), int(query.get("page", "1"))
        if query.get("order_by") != "updated_at" or query.get("order_type") != "asc" or int(query["per_page"]) > 100:
            return Answer({"description": "Validation failed"}, 400)
        if number > self.most_pages:
            return Answer({"message": "You cannot access tickets beyond this page limit"}, 400)
        found = [
            each
            for each in self.records.get("tickets", [])
            if each["updated_at"] >= query["updated_since"]
            and all(bool(each.get(name)) == (name == chosen) for name in ("deleted", "spam"))
        ]
        found.sort(key=lambda each: (each["updated_at"], each["id"]))
        shown = found[(number - 1) * self.page : number * self.page]
        link = f'<{self.address}{path}?{_written(query | {"page": str(number + 1)})}>; rel="next"'
        return Answer(shown, headers={"Link": link} if len(found) > number * self.page else {})

    def _names(self, path: str, query: Query) -> Answer:
        del query
        if self.nameless:
            return Answer({}, 403)
        return Answer(self.records.get(path.rsplit("/", 1)[1], []))

    def _export(self, path: str, query: Query) -> Answer:
        key, start = path.rsplit("/", 1)[1].removesuffix(".json"), int(query["start_time"])
        if start > time.time() - 60:
            return Answer({"error": "StartTimeTooRecent"}, 422)
        found = sorted((each for each in self.records.get(key, []) if _seconds(each) >= start), key=_seconds)
        shown = found[: self.page]
        shown += [each for each in found[self.page :] if _seconds(each) == _seconds(shown[-1])]
        done = len(shown) == len(found)
        end = _seconds(shown[-1]) if shown else None
        body = {key: shown, "count": len(shown), "end_of_stream": done, "end_time": end}
        ids = {each["id"] for each in shown}
        wanted = query.get("include", "").split(",")
        sets = [each for each in self.records.get("metric_sets", []) if each["ticket_id"] in ids]
        beside = {"metric_sets": sets, **{name: self.records.get(name, []) for name in ("users", "groups")}}
        return Answer(body | {name: each for name, each in beside.items() if name in wanted})

    def _audits(self, path: str, query: Query) -> Answer:
        ticket = int(path.split("/")[4])
        found = [each for each in self.records.get("ticket_audits", []) if each["ticket_id"] == ticket]
        at = int(query.get("page[after]", "0"))
        more = at + self.page < len(found)
        following = f"{self.address}{path}?{_written(query | {'page[after]': str(at + self.page)})}" if more else None
        body = {"audits": found[at : at + self.page], "meta": {"has_more": more}, "links": {"next": following}}
        return Answer(body) if found else Answer({"error": "RecordNotFound"}, 404)

    def _found(self, query: Query) -> list[Record]:
        start = int(query["jql"].split("updated >= ")[1].split()[0]) / 1000
        issues = self.records.get("issues", [])
        found = [each for each in issues if datetime.fromisoformat(each["fields"]["updated"]).timestamp() >= start]
        return sorted(found, key=lambda each: datetime.fromisoformat(each["fields"]["updated"]))

    def _cloud_search(self, path: str, query: Query) -> Answer:
        del path
        found, at = self._found(query), int(query.get("nextPageToken", "0"))
        more = at + self.page < len(found)
        body = {"issues": found[at : at + self.page], "isLast": not more}
        return Answer(body | ({"nextPageToken": str(at + self.page)} if more else {}))

    def _search(self, path: str, query: Query) -> Answer:
        del path
        found, at = self._found(query), int(query["startAt"])
        return Answer({"issues": found[at : at + 100], "startAt": at, "maxResults": 100, "total": len(found)})

    def _of_issue(self, path: str, query: Query) -> Answer:
        *_, key, what = path.split("/")
        found, at = self.records.get(f"{what} of {key}", []), int(query["startAt"])
        under = "values" if what == "changelog" else "comments"
        return Answer({under: found[at : at + 100], "startAt": at, "maxResults": 100, "total": len(found)})

    def _plain(self, path: str, query: Query) -> Answer:
        del query
        return Answer({"accountId": "1"} if path.endswith("/myself") else self.records.get("fields", []))

    def _sla(self, path: str, query: Query) -> Answer:
        key, start = path.split("/")[4], int(query["start"])
        found = self.records.get(f"sla of {key}")
        if found is None:
            return Answer({"errorMessage": "no request"}, 404)
        last = start + 1 >= len(found)
        body = {"_links": {"self": f"{self.address}{path}"}, "start": start, "limit": 1, "isLastPage": last}
        return Answer(body | {"values": found[start : start + 1]})


class _Handler(BaseHTTPRequestHandler):
    desk: Desk

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        desk = self.desk
        desk.requests.append((parts.path, query))
        number = len(desk.requests)
        fault = desk.faults.get(number, "")
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        known = KEY in (given if kind == "Bearer" else b64decode(given).decode("latin-1"))
        if not known or number >= desk.expired_from:
            # a careless help desk that repeats the key it was given
            answer = Answer({"code": "invalid_credentials", "given": KEY}, 401)
        elif fault.isdecimal():
            answer = Answer({"message": f"no {KEY}"}, int(fault), {"Retry-After": "1"} if fault == "429" else {})
        elif fault == "redirect":
            answer = Answer(status=302, headers={"Location": f"{desk.elsewhere}{self.path}"})
        else:
            answer = desk.answer(parts.path, query)
        if fault == "hang":
            desk.released.wait(10)
        text = b"<html>Maintenance</html>" if fault == "garbled" else json.dumps(answer.body).encode()
        desk.after.get(number, lambda: None)()  # before the answer goes out, as the next request may follow at once
        self._send(answer, text, fault)

    def _send(self, answer: Answer, text: bytes, fault: str) -> None:
        self.send_response(answer.status)
        for name, value in {**self.desk.headers, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[: len(text) // 2] if fault == "drop" else text)
        if fault == "drop":
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Keep quiet when the other side has hung up."""


@contextmanager
def serving(desk: Desk) -> Iterator[Desk]:
    """The desk at an address of this machine."""
    handler = type("Handler", (_Handler,), {"desk": desk})
    with _Server(("127.0.0.1", 0), handler) as server:
        desk.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield desk
        finally:
            desk.released.set()
            server.shutdown()
            thread.join()


def _written(query: Query) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items())


def _seconds(record: Record) -> int:
    return int(datetime.fromisoformat(record.get("updated_at") or record["time"]).timestamp())
