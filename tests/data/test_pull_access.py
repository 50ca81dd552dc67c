"""Where addresses and keys come from, and that no key ever stands in a message."""

from pathlib import Path

import pytest

from data.pull.access import AccessError, access, address
from tests.data.vendor_server import KEY

FRESHDESK = {"DUETIME_FRESHDESK_DOMAIN": "acme", "DUETIME_FRESHDESK_API_KEY": KEY}


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme", "https://acme.freshdesk.com"),
        ("acme.freshdesk.com", "https://acme.freshdesk.com"),
        ("help.acme.com", "https://help.acme.com"),
        ("https://acme.freshdesk.com/", "https://acme.freshdesk.com"),
        ("https://jira.acme.com:8443/jira/", "https://jira.acme.com:8443/jira"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_addresses_are_made_of_what_people_write(domain: str, expected: str) -> None:
    assert address(domain, "freshdesk") == expected


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("http://acme.freshdesk.com", "in the clear"),
        ("http://127.0.0.1.evil.example", "in the clear"),
        (f"https://ada:{KEY}@acme.freshdesk.com", "is no address"),
        (f"https://acme.freshdesk.com?key={KEY}", "is no address"),
        ("ftp://acme.freshdesk.com", "is no address"),
        ("https://", "is no address"),
        ("acme desk", "is no address"),
        ("https://acme.freshdesk.com:port", "is no address"),
        ("https://[acme", "is no address"),
    ],
)
def test_an_address_that_is_none_or_unsafe(domain: str, message: str) -> None:
    with pytest.raises(AccessError, match=message) as caught:
        address(domain, "freshdesk")
    assert KEY not in str(caught.value)


def test_a_key_is_hidden_wherever_it_is_shown() -> None:
    found = access("freshdesk", environment=FRESHDESK)
    assert found.secret.get_secret_value() == KEY
    assert KEY not in f"{found} {found!r} {found.secret}"
    assert found.variable == "DUETIME_FRESHDESK_API_KEY"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(AccessError, match="DUETIME_ZENDESK_DOMAIN and DUETIME_ZENDESK_API_TOKEN are not set"):
        access("zendesk", environment={})
    with pytest.raises(AccessError, match="DUETIME_FRESHDESK_API_KEY is not set"):
        access("freshdesk", environment={"DUETIME_FRESHDESK_DOMAIN": "acme", "DUETIME_FRESHDESK_API_KEY": " "})


@pytest.mark.parametrize("key", [f"{KEY}\nX-Other: 1", f"{KEY} {KEY}", f"{KEY}…"])
def test_a_key_that_no_header_can_hold(key: str) -> None:
    with pytest.raises(AccessError, match="DUETIME_FRESHDESK_API_KEY has a space") as caught:
        access("freshdesk", environment=FRESHDESK | {"DUETIME_FRESHDESK_API_KEY": key})
    assert KEY not in str(caught.value)


def test_a_file_tells_what_the_environment_does_not(tmp_path: Path) -> None:
    path = written(tmp_path / "s.toml", f'[jira]\ndomain = "acme"\napi_token = "{KEY}"\nemail = "ada@example.com"\n')
    known = {"DUETIME_SECRETS": str(path), "DUETIME_JIRA_EMAIL": "bo@example.com"}
    found = access("jira", environment=known)
    assert (found.address, found.email) == ("https://acme.atlassian.net", "bo@example.com")
    assert access("jira", secrets=path, environment={}).email == "ada@example.com"
    with pytest.raises(AccessError, match="DUETIME_ZENDESK_DOMAIN"):
        access("zendesk", secrets=path, environment={})


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        (f'[freshdesk]\napi_key = "{KEY}"\n', 0o640, "can be read by others than its owner. Run 'chmod 600'"),
        (f"[freshdesk]\napi_key = {KEY}\n", 0o600, r"is not TOML \(line 2\)"),
        (f'[freshdesk]\napi_key = ["{KEY}"]\n', 0o600, "must hold text in quotes only"),
        (f'freshdesk = "{KEY}"\n', 0o600, "must hold text in quotes only"),
    ],
)
def test_a_file_that_is_open_or_broken(tmp_path: Path, text: str, mode: int, message: str) -> None:
    with pytest.raises(AccessError, match=message) as caught:
        access("freshdesk", secrets=written(tmp_path / "s.toml", text, mode), environment={})
    assert KEY not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="cannot be read"):
        access("freshdesk", secrets=tmp_path / "s.toml", environment={})
    (tmp_path / "s.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "s.toml").chmod(0o600)
    with pytest.raises(AccessError, match="no UTF-8 text"):
        access("freshdesk", secrets=tmp_path / "s.toml", environment={})
