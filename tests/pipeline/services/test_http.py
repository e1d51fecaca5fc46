"""The door to services: keys stay with their hosts, nothing that is charged is asked for twice, faults become sentences."""

import os
from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.http import HttpClient, HttpStatusError, ResponseLost, Service
from lectern.pipeline.services.keys import Keys, host_of, store_key
from lectern.pipeline.services.ledger import Ledger
from lectern.pipeline.services.registry import known_providers


class Door:
    """The door to the test's server, with a clock that only sleeping moves."""

    def __init__(self, base: str, paid: bool = True, **environment: str) -> None:
        self.slept: list[float] = []
        self.http = HttpClient(Keys(environment), sleep=self.slept.append, clock=lambda: 1_800_000_000.0)
        self.service = Service(name="Speech", base=base, paid=paid, timeout=0.3)

    def submit(self, **more: Any) -> bytes:
        return self.http.submit(self.service, "/make", json={"text": "hello"}, **more).body

    def get(self) -> bytes:
        return self.http.get(self.service, "/list").body


def key_for(server: Any) -> dict[str, str]:
    return {"LECTERN_KEYS": f"{host_of(server.base)}=secret-key other.example=another"}


def test_a_key_goes_to_its_host_in_the_header_that_the_service_wants(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"done"))
    door = Door(server.base, **key_for(server))
    assert door.submit() == b"done"
    door.service = door.service.model_copy(update={"header": "xi-api-key", "scheme": ""})
    door.submit()
    assert server.asked[0].headers["authorization"] == "Bearer secret-key"
    assert server.asked[1].headers["xi-api-key"] == "secret-key"


def test_a_key_of_another_host_stays_where_it_is(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"done"))
    Door(server.base, OPENAI_API_KEY="secret", LECTERN_KEYS="localhost:1=secret 127.0.0.1=secret").submit()
    assert "authorization" not in server.asked[0].headers


def test_a_result_is_fetched_across_hosts_and_the_key_stays_with_its_own(server: Any, reply: Any) -> None:
    elsewhere = server.base.replace("127.0.0.1", "localhost")
    server.on("GET", "/file", reply(status=302, headers={"Location": f"{elsewhere}/real"}))
    server.on("GET", "/real", reply(b"film"))
    door = Door(server.base, **key_for(server))
    assert door.http.download(door.service, f"{server.base}/file").body == b"film"
    assert "authorization" in server.asked[0].headers and "authorization" not in server.asked[1].headers


def test_a_redirect_that_leads_nowhere_is_a_refusal(server: Any, reply: Any) -> None:
    server.on("GET", "/file", reply(status=307))
    door = Door(server.base)
    with pytest.raises(HttpStatusError, match="has moved to [?]"):
        door.http.download(door.service, f"{server.base}/file")


def test_a_key_is_not_sent_across_a_network_in_the_clear() -> None:
    door = Door("http://speech.example.org", LECTERN_KEYS="speech.example.org=secret")
    with pytest.raises(LecternError, match="not encrypted; use an address with https://"):
        door.submit()


def test_nothing_leaves_the_computer_while_online_access_is_off(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(b"[]"))
    http = HttpClient(offline=True)
    assert http.get(Service(name="Speech", base=server.base), "/list").body == b"[]"
    with pytest.raises(LecternError, match="speech.example.org is not contacted: allow online access"):
        http.get(Service(name="Speech", base="https://speech.example.org"), "/list")


def test_a_paid_request_that_fails_is_not_sent_again(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b'{"error": {"message": "overloaded"}}', 500), reply(b"done"))
    door = Door(server.base)
    with pytest.raises(
        HttpStatusError, match=r"Speech failed \(500: overloaded\); it was not sent again, because it may have been"
    ):
        door.submit()
    assert server.count("POST") == 1


@pytest.mark.parametrize("fault", [{"lost": True}, {"held": 1.0}, {"body": b"0123456789", "cut": 4}])
def test_a_paid_request_whose_answer_is_lost_is_not_sent_again(server: Any, reply: Any, fault: dict[str, Any]) -> None:
    server.on("POST", "/make", reply(**fault))
    door = Door(server.base)
    with pytest.raises(ResponseLost, match="Nobody knows whether it was made, and charged; so it was not sent again"):
        door.submit()
    assert (server.count("POST"), door.slept) == (1, [])


def test_what_costs_nothing_is_sent_again(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(status=500), reply(lost=True), reply(b"done"))
    door = Door(server.base, paid=False)
    assert door.submit() == b"done"
    assert (server.count("POST"), door.slept) == (3, [1, 2])


def test_reading_is_repeated(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(status=503), reply(b"12345", cut=2), reply(b"[]"))
    assert Door(server.base).get() == b"[]"


def test_reading_gives_up_after_four_times(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(status=502))
    door = Door(server.base)
    with pytest.raises(HttpStatusError, match=r"Speech failed \(502\)"):
        door.get()
    assert (server.count("GET"), door.slept) == (4, [1, 2, 4])


def test_a_paid_request_that_was_refused_with_a_time_is_sent_again_then(server: Any, reply: Any) -> None:
    at = {"Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT"}
    server.on(
        "POST", "/make", reply(status=429, headers={"Retry-After": "7"}), reply(status=429, headers=at), reply(b"done")
    )
    door = Door(server.base)
    assert door.submit() == b"done"
    assert door.slept == [7, 30]


def test_a_refusal_without_a_time_or_with_a_long_one_is_told(server: Any, reply: Any) -> None:
    quota = b'{"error": {"message": "You exceeded your current quota"}}'
    server.on("POST", "/make", reply(quota, 429), reply(status=429, headers={"Retry-After": "3600"}))
    door = Door(server.base)
    with pytest.raises(
        HttpStatusError, match=r"quota is used up \(429: You exceeded your current quota\); build again later"
    ):
        door.submit()
    with pytest.raises(HttpStatusError, match="build again in 3600 s"):
        door.submit()
    assert server.count("POST") == 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error": {"message": "bad voice", "type": "x"}}', "bad voice"),
        (b'{"error": "Missing input"}', "Missing input"),
        (b'{"detail": {"error": "validation_error", "message": "no such"}}', "no such"),
        (b'{"detail": [{"loc": ["body", "text"], "msg": "too long"}, {"msg": "x"}]}', "body.text: too long; x"),
        (b'{"title": "Unprocessable", "detail": "the field voice is wrong"}', "the field voice is wrong"),
        (b"<html><title>Nothing here</title><body>x</body>", "Nothing here"),
        (b"plain words", "plain words"),
        (b"\x00\xff\x01", "(422)"),
    ],
)
def test_what_a_service_says_is_quoted(server: Any, reply: Any, body: bytes, told: str) -> None:
    server.on("POST", "/make", reply(body, 422))
    with pytest.raises(HttpStatusError) as caught:
        Door(server.base).submit()
    assert told in str(caught.value) and caught.value.status == 422


def test_a_missing_key_and_a_wrong_one_have_different_ways_out(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b'{"error": "wrong: secret-key"}', 401))
    with pytest.raises(
        HttpStatusError, match='there is no key for 127.0.0.1:[0-9]+: set LECTERN_KEYS="127.0.0.1:[0-9]+=your-key"'
    ):
        Door(server.base).submit()
    with pytest.raises(HttpStatusError, match="comes from LECTERN_KEYS: is it the right one") as caught:
        Door(server.base, **key_for(server)).submit()
    assert "secret-key" not in str(caught.value)


def test_a_key_that_is_quoted_back_where_the_message_is_cut_is_not_shown_in_part(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"x" * 293 + b" secret-key", 401))
    with pytest.raises(HttpStatusError) as caught:
        Door(server.base, **key_for(server)).submit()
    assert "secret" not in str(caught.value) and "xxx …" in str(caught.value)


def test_a_server_that_is_not_there_is_told_at_once_with_its_address(server: Any) -> None:
    door = Door("http://127.0.0.1:9")
    with pytest.raises(LecternError, match="can't be reached at http://127.0.0.1:9 .*is it running"):
        door.submit()
    assert door.slept == []


def test_an_answer_that_is_no_json_is_told(server: Any, reply: Any) -> None:
    server.on("GET", "/list", reply(b"<title>Router login</title>", kind="text/html"))
    door = Door(server.base)
    with pytest.raises(
        LecternError, match=r'no JSON \(text/html, 27 bytes, "Router login"\); is http://.* the right address'
    ):
        door.http.get(door.service, "/list").json(door.service)


def test_keys_are_kept_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "profile" / "keys.json"
    store_key(file, "speech.example.org", "secret")
    store_key(file, "other.example", "x")
    store_key(file, "other.example", "")
    assert (Keys({}, file).of("speech.example.org"), Keys({}, file).of("other.example")) == ("secret", None)
    assert file.stat().st_mode & 0o777 == 0o600
    os.chmod(file, 0o644)
    with pytest.raises(LecternError, match="can be read by others .*chmod 600"):
        Keys({}, file).of("speech.example.org")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://API.example.org:443/v1", "api.example.org"),
        ("http://localhost:5000", "localhost:5000"),
        ("http://[::1]:80/", "[::1]"),
        ("http://example.org:443", "example.org:443"),
    ],
)
def test_a_host_is_named_with_its_port_unless_it_is_the_usual_one(url: str, host: str) -> None:
    assert host_of(url) == host


NONE = [
    "http://[::1/v1",
    "http://a b.org",
    "http://a\nb.org",
    "http://ex..org",
    f"http://{'a' * 70}.org",
    "http://x.org/\0",
]


@pytest.mark.parametrize("url", ["ftp://x", "localhost:5000", "https://me:pass@x.org", "http://x:99999", "", *NONE])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(LecternError):
        host_of(url)


def test_an_answer_is_asked_for_once(tmp_path: Path) -> None:
    asked = []
    for _ in range(3):
        assert Ledger(tmp_path).once("k", "a film", lambda: asked.append(1) or b"film") == b"film"
    assert asked == [1]


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, SystemExit])
def test_who_was_stopped_while_they_waited_is_told_once_and_then_decides(
    tmp_path: Path, stopped: type[BaseException]
) -> None:
    def dies() -> bytes:
        raise stopped

    with pytest.raises(stopped):
        Ledger(tmp_path).once("k", "Speech to say “hello”", dies)
    with pytest.raises(ResponseLost, match="while it waited for Speech to say “hello”. Nobody knows"):
        Ledger(tmp_path).once("k", "", lambda: b"never")
    assert Ledger(tmp_path).once("k", "", lambda: b"film") == b"film"


def test_an_answer_that_can_not_be_kept_is_not_asked_for_again_unasked(tmp_path: Path) -> None:
    def answers() -> bytes:
        (tmp_path / "k.answer").mkdir()  # in the way of the file
        return b"film"

    with pytest.raises(LecternError, match="k.answer is a folder"):
        Ledger(tmp_path).once("k", "a film", answers)
    with pytest.raises(ResponseLost):
        Ledger(tmp_path).once("k", "a film", lambda: b"never")


def test_a_question_that_was_answered_with_a_fault_is_open_no_more(tmp_path: Path) -> None:
    def refused() -> bytes:
        raise HttpStatusError("no", 422)

    with pytest.raises(HttpStatusError):
        Ledger(tmp_path).once("k", "", refused)
    assert Ledger(tmp_path).once("k", "", lambda: b"film") == b"film"


def test_old_answers_are_thrown_away(tmp_path: Path) -> None:
    Ledger(tmp_path).once("old", "", lambda: b"film")
    eight_days_later = (tmp_path / "old.answer").stat().st_mtime + 8 * 24 * 3600
    Ledger(tmp_path, clock=lambda: eight_days_later).once("new", "", lambda: b"film")
    assert sorted(file.name for file in tmp_path.glob("*.answer")) == ["new.answer"]


def test_a_variable_of_nothing_but_blanks_holds_no_key() -> None:
    keys = Keys({"GOOGLE_API_KEY": " ", "GEMINI_API_KEY": "real\n"}, variables=known_providers().key_variables)
    host = "generativelanguage.googleapis.com"
    assert (keys.of(host), keys.source(host)) == ("real", "GEMINI_API_KEY")


@pytest.mark.parametrize("key", ["sécret", "two words", "line\nbreak"])
def test_a_key_that_was_copied_badly_is_told_without_being_shown(key: str) -> None:
    with pytest.raises(LecternError, match="the key from OPENAI_API_KEY holds characters that no key has") as caught:
        Keys({"OPENAI_API_KEY": key}, variables=known_providers().key_variables).of("api.openai.com")
    assert key not in str(caught.value)


def test_an_answer_that_can_not_be_unpacked_counts_as_lost(server: Any, reply: Any) -> None:
    server.on("POST", "/make", reply(b"this is no gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ResponseLost):
        Door(server.base).submit()
