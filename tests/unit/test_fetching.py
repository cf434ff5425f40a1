import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from doubles import FakeFetch

from loadstone.authorization import with_headers
from loadstone.errors import ConnectionFailedError, FetchError, HttpStatusError
from loadstone.fetching import Fetched, UrllibFetch, check_status, with_retries


class Answers:
    """A fetch that gives one answer after another and notes how long it was waited between them."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.waits = []

    async def __call__(self, url, *, headers, progress=None):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Fetched(answer)

    async def sleep(self, seconds):
        self.waits.append(seconds)


def status(code, retry_after=None):
    return HttpStatusError(f"status {code}", status=code, retry_after=retry_after)


async def test_what_may_pass_is_tried_again_after_longer_and_longer_waits():
    answers = Answers(status(503), ConnectionFailedError("down"), b"ok")
    fetch = with_retries(answers, sleep=answers.sleep, first_wait=0.5)
    assert (await fetch("u", headers={})).data == b"ok"
    assert answers.waits == [0.5, 1.0]


async def test_after_the_last_attempt_the_error_is_told():
    answers = Answers(status(503), status(503), status(502))
    with pytest.raises(HttpStatusError, match="status 502"):
        await with_retries(answers, sleep=answers.sleep)("u", headers={})


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
async def test_what_will_not_pass_is_not_tried_again(code):
    answers = Answers(status(code), b"never asked for")
    with pytest.raises(HttpStatusError):
        await with_retries(answers, sleep=answers.sleep)("u", headers={})
    assert answers.waits == []


async def test_the_servers_retry_after_is_honoured_up_to_half_a_minute():
    answers = Answers(status(429, 7), b"ok")
    await with_retries(answers, sleep=answers.sleep)("u", headers={})
    assert answers.waits == [7]
    answers = Answers(status(429, 3600), b"never asked for")
    with pytest.raises(HttpStatusError):
        await with_retries(answers, sleep=answers.sleep)("u", headers={})


async def test_the_callers_headers_win_over_the_hooks():
    fake = FakeFetch({"u": b""})
    await with_headers(fake, lambda url: {"A": "hook", "B": "hook"})("u", headers={"A": "caller"})
    assert fake.requests == [("u", {"A": "caller", "B": "hook"})]


@pytest.mark.parametrize(
    ("code", "advice"), [(401, "log-in"), (403, "rights"), (404, "nothing at this address"), (500, "runs the server")]
)
def test_an_error_status_names_address_status_and_next_step(code, advice):
    with pytest.raises(HttpStatusError, match=f"https://h/a: the server answered with status {code}; .*{advice}") as e:
        check_status("https://h/a", code)
    assert e.value.status == code


def test_success_is_no_error():
    check_status("u", 200)
    check_status("u", 206)


def test_retry_after_is_read_as_seconds_or_as_a_date():
    for text, seconds in [("5", 5.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None)]:
        with pytest.raises(HttpStatusError) as caught:
            check_status("u", 503, text)
        assert caught.value.retry_after == seconds


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "/there")
                self.end_headers()
                return
            if self.path == "/no-http":
                self.wfile.write(b"220 mail server\r\n")
                return
            found = self.path in ("/there", "/short")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "image/png")
            if self.path == "/short":
                self.send_header("Content-Length", "1000")
            self.end_headers()
            sent = f"{self.headers.get('X-Mine', '')}{self.headers.get('Authorization', '')}"
            self.wfile.write(sent.encode() if found else b"")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def test_the_desktop_fetch_sends_headers_and_reports_progress(server):
    told = []
    fetched = await UrllibFetch()(f"{server}/there", headers={"X-Mine": "abc"}, progress=lambda *n: told.append(n))
    assert (fetched.data, fetched.content_type, told) == (b"abc", "image/png", [(3, 3)])


async def test_a_log_in_does_not_follow_a_redirect(server):
    headers = {"X-Mine": "abc ", "Authorization": "Bearer secret"}
    assert (await UrllibFetch()(f"{server}/there", headers=headers)).data == b"abc Bearer secret"
    assert (await UrllibFetch()(f"{server}/elsewhere", headers=headers)).data == b"abc "


async def test_the_desktop_fetch_tells_404_from_nobody_there(server):
    with pytest.raises(HttpStatusError, match="status 404"):
        await UrllibFetch()(f"{server}/absent", headers={})
    with pytest.raises(ConnectionFailedError, match="no answer came"):
        await UrllibFetch()("http://127.0.0.1:1/", headers={})


async def test_an_answer_that_ends_too_soon_is_told_with_its_bytes(server):
    with pytest.raises(ConnectionFailedError, match="/short: the connection broke after 3 bytes; try again"):
        await UrllibFetch()(f"{server}/short", headers={"X-Mine": "abc"})


async def test_a_server_that_speaks_no_http_is_a_failed_connection(server):
    with pytest.raises(ConnectionFailedError, match="/no-http: no answer came"):
        await UrllibFetch()(f"{server}/no-http", headers={})


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://", "can not be read (no host given)"),
        ("http://h:port/", "is no address that can be fetched (nonnumeric port: 'port')"),
        ("http://h/a b", "is no address that can be fetched (URL can't contain control characters"),
        ("/a.dcm", "is no address that can be fetched (unknown url type: '/a.dcm')"),
        ("gopher:a", "can not be read (unknown url type: gopher)"),
        ("data:nothing", "is no address that can be fetched ("),
        ("file:///there/is/none.dcm", "can not be read ("),
    ],
)
async def test_an_address_that_can_not_be_is_told_once_and_not_tried_again(url, said):
    waits = Answers()
    with pytest.raises(FetchError) as raised:
        await with_retries(UrllibFetch(), sleep=waits.sleep)(url, headers={})
    assert str(raised.value).startswith(f"{url} {said}")
    assert str(raised.value).endswith("; check the image id")
    assert not isinstance(raised.value, ConnectionFailedError)
    assert raised.value.__cause__ is not None
    assert waits.waits == []
