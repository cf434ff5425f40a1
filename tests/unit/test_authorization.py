import asyncio

import pytest
from doubles import turns

from loadstone.authorization import Tokens, origin_of, with_headers
from loadstone.errors import FetchError, HttpStatusError, InvalidArgumentError
from loadstone.fetching import Fetched
from loadstone.session import Session

URL = "https://pacs.example/dicom-web/studies"


class Guarded:
    """A server that answers those who come with the present token, and refuses the others with a status."""

    def __init__(self, token, status=401):
        self.token = token
        self.status = status
        self.requests = []

    async def __call__(self, url, *, headers, progress=None):
        self.requests.append((url, headers.get("Authorization")))
        await asyncio.sleep(0)
        if headers.get("Authorization") != f"Bearer {self.token}":
            raise HttpStatusError(f"{url}: the server answered with status {self.status}", status=self.status)
        return Fetched(b"[]")


class Issuer:
    """Gives one token after another, and counts how often it was asked."""

    def __init__(self, *tokens):
        self.tokens = list(tokens)
        self.asked = 0

    async def __call__(self):
        self.asked += 1
        await asyncio.sleep(0)
        return self.tokens.pop(0)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Pacs.Example/dicom-web?x=1", "https://pacs.example"),
        ("https://pacs.example:443/", "https://pacs.example"),
        ("http://pacs.example:8042/x", "http://pacs.example:8042"),
        ("http://user:secret@pacs.example/x", "http://pacs.example"),
        ("http://[::1]:8042/x", "http://[::1]:8042"),
        ("data:,x", ""),
        ("images/ct.dcm", ""),
        ("https://pacs.example:99999/", ""),
        ("https://[pacs.example/", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin


async def test_a_token_goes_to_its_origin_and_to_no_other():
    tokens = Tokens()
    tokens.set("https://pacs.example/dicom-web", "secret")
    assert await tokens.headers("https://pacs.example/other") == {"Authorization": "Bearer secret"}
    for other in ("https://evil.example/", "http://pacs.example/", "https://pacs.example:444/", "data:,x"):
        assert await tokens.headers(other) == {}


async def test_no_token_takes_the_one_before_away():
    tokens = Tokens()
    tokens.set(URL, "secret")
    tokens.set(URL, None)
    assert await tokens.headers(URL) == {}


async def test_a_function_is_asked_once_for_all_requests_that_need_its_token():
    tokens, issuer = Tokens(), Issuer("one", "two")
    tokens.set(URL, issuer)
    given = await asyncio.gather(*(tokens.headers(URL) for _ in range(3)))
    assert given == [{"Authorization": "Bearer one"}] * 3
    assert issuer.asked == 1


async def test_a_plain_function_may_give_the_token():
    tokens = Tokens()
    tokens.set(URL, lambda: "plain")
    assert await tokens.headers(URL) == {"Authorization": "Bearer plain"}


async def test_a_function_that_raises_is_told_and_asked_again_next_time():
    answers = [ValueError("the log-in window was closed"), "late"]

    def give():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    tokens = Tokens()
    tokens.set(URL, give)
    with pytest.raises(FetchError) as raised:
        await tokens.headers(URL)
    assert str(raised.value) == (
        "https://pacs.example: the token for it could not be had (ValueError: the log-in window was closed); "
        "log in again"
    )
    assert isinstance(raised.value.__cause__, ValueError)
    assert await tokens.headers(URL) == {"Authorization": "Bearer late"}


@pytest.mark.parametrize("url", ["pacs.example", "https://pacs.example:99999/x", "/dicom-web"])
async def test_an_address_that_no_token_could_go_to_is_told(url):
    tokens = Tokens()
    with pytest.raises(InvalidArgumentError) as raised:
        tokens.set(url, "secret")
    assert str(raised.value) == (
        f"{url!r} names no host that a token could go to; give an address such as https://host"
    )
    tokens.set(url, None)
    assert await tokens.headers("data:,x") == {}


@pytest.mark.parametrize(("token", "odd", "place"), [("\u201csecret\u201d", "\u201c", 1), ("ab\ncd", "\n", 3)])
@pytest.mark.parametrize("source", [lambda token: token, lambda token: lambda: token])
async def test_a_token_that_no_request_can_carry_is_told_without_giving_it_away(source, token, odd, place):
    tokens = Tokens()
    tokens.set(URL, source(token))
    with pytest.raises(FetchError) as raised:
        await tokens.headers(URL)
    assert str(raised.value).endswith(
        f"the token for it holds {odd!r} at place {place}, which no request can carry; "
        "copy it again, without line breaks and quotes"
    )


@pytest.mark.parametrize("given", [None, "", 5])
async def test_a_function_that_gives_no_text_is_told(given):
    tokens = Tokens()
    tokens.set(URL, lambda: given)
    with pytest.raises(FetchError, match=f"the function for its token gave {given!r}; it must give the text"):
        await tokens.headers(URL)


async def test_a_refused_token_is_renewed_once_and_the_request_repeated_once():
    server, issuer = Guarded("two"), Issuer("one", "two")
    session = Session(fetch=server)
    assert await session.dicomweb(URL, token=issuer).search_studies() == ()
    assert [token for _, token in server.requests] == ["Bearer one", "Bearer two"]
    assert issuer.asked == 2


async def test_a_token_that_is_refused_also_when_renewed_is_told_after_two_requests():
    server, issuer = Guarded("another"), Issuer("one", "two", "three")
    session = Session(fetch=server)
    with pytest.raises(HttpStatusError, match=r"status 401 also to the renewed log-in; ask whoever runs the server"):
        await session.dicomweb(URL, token=issuer).search_studies()
    assert len(server.requests) == 2
    assert issuer.asked == 2


async def test_concurrent_requests_share_one_renewal():
    server, issuer = Guarded("two"), Issuer("one", "two", "three")
    session = Session(fetch=server)
    client = session.dicomweb(URL, token=issuer)
    await asyncio.gather(*(client.search_studies(offset=n) for n in range(5)))
    assert issuer.asked == 2
    assert len(server.requests) == 10


async def test_a_request_that_comes_back_after_another_has_renewed_takes_the_new_token():
    present = {"Authorization": "Bearer old"}
    renewed = []

    async def fetch(url, *, headers, progress=None):
        if headers["Authorization"] == "Bearer old":
            # meanwhile somebody else renews
            present["Authorization"] = "Bearer new"
            raise HttpStatusError("401", status=401)
        return Fetched(b"ok")

    guarded = with_headers(fetch, lambda url: dict(present), lambda url: bool(renewed.append(url)))
    assert (await guarded(URL, headers={})).data == b"ok"
    assert renewed == []


async def test_a_fixed_token_that_is_refused_is_told_at_once():
    server = Guarded("another")
    with pytest.raises(HttpStatusError, match=r"status 401$"):
        await Session(fetch=server).dicomweb(URL, token="fixed").search_studies()
    assert len(server.requests) == 1


async def test_403_is_told_at_once_and_nothing_is_renewed():
    server, issuer = Guarded("another", status=403), Issuer("one", "two")
    with pytest.raises(HttpStatusError, match="status 403"):
        await Session(fetch=server).dicomweb(URL, token=issuer).search_studies()
    assert len(server.requests) == 1
    assert issuer.asked == 1


async def test_the_sessions_own_headers_are_renewed_by_its_hook():
    server = Guarded("two")
    tokens = iter(["two"])
    session = Session(fetch=server, headers=lambda url: {"Authorization": "Bearer one"})

    async def renew(url):
        token = next(tokens)
        session.headers = lambda url: {"Authorization": f"Bearer {token}"}

    session.renew_headers = renew
    await session.dicomweb(URL).search_studies()
    assert [token for _, token in server.requests] == ["Bearer one", "Bearer two"]


async def test_a_renewal_that_fails_is_told():
    def renew(url):
        raise FetchError("the log-in server is down")

    guarded = with_headers(Guarded("x"), lambda url: {}, renew)
    with pytest.raises(FetchError, match="log-in server is down"):
        await guarded(URL, headers={})


async def test_a_cancelled_request_does_not_cancel_the_renewal_that_others_wait_for():
    tokens, asked_again, go_on = ["one", "two"], asyncio.Event(), asyncio.Event()

    async def give():
        token = tokens.pop(0)
        if token == "two":
            asked_again.set()
            await go_on.wait()
        return token

    client = Session(fetch=Guarded("two")).dicomweb(URL, token=give)
    first, second = (asyncio.ensure_future(client.search_studies(offset=n)) for n in (1, 2))
    await asked_again.wait()
    first.cancel()
    await turns()
    go_on.set()
    assert await second == ()
