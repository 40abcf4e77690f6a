"""What keeps other sites, other bodies and other methods out, on every answer."""

import pytest
from aiohttp import ClientResponse

from tests.support.house import House

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PATHS = ["/", "/staff", "/j/abc", "/assets/a-1234.js", "/api/about", "/api/me", "/nowhere", "/livez", "/readyz", "/ws"]


def check_headers(response: ClientResponse) -> None:
    for name, value in HEADERS.items():
        assert response.headers[name] == value, (response.url.path, name)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert "Server" not in response.headers


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_every_header(house: House, path: str) -> None:
    async with house.visitor().session.get(path) as response:
        check_headers(response)
        is_asset = path.startswith("/assets/")
        assert response.headers["Cache-Control"] == ("public, max-age=31536000, immutable" if is_asset else "no-store")


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "http://localhost",
        "https://localhost:{port}",
        "http://LOCALHOST:{port}",
        "http://a.localhost:{port}",
    ],
)
async def test_a_state_change_from_another_origin_is_refused(house: House, origin: str) -> None:
    port = house.url.rsplit(":", 1)[1]
    status, problem = await house.visitor().post("/api/sign-in", {}, Origin=origin.format(port=port))
    assert (status, problem["code"]) == (403, "origin_not_allowed")


async def test_a_program_without_an_origin_may_speak(house: House) -> None:
    session = house.visitor().session
    async with session.post(
        "/api/sign-in", json={"email": "a", "password": "b"}, skip_auto_headers=["Origin"]
    ) as response:
        assert (await response.json(content_type=None))["code"] == "sign_in_refused"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_body_a_form_could_send_is_refused(house: House, kind: str) -> None:
    session = house.visitor().session
    async with session.post("/api/sign-in", data=b"{}", headers={"Content-Type": kind}) as response:
        assert (response.status, (await response.json(content_type=None))["code"]) == (415, "content_type_not_json")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"email": "a", "password": 1}',
        b'{"email":"a","password":"b","x":NaN}',
        b"[" * 10_000,
        b'"\\ud800"',
    ],
)
async def test_malformed_json_is_a_clear_refusal_that_repeats_nothing(house: House, body: bytes) -> None:
    session = house.visitor().session
    async with session.post("/api/sign-in", data=body, headers={"Content-Type": "application/json"}) as response:
        problem = await response.json(content_type=None)
        assert (response.status, problem["code"]) == (400, "malformed")


async def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    status, problem = await house.visitor().post("/api/sign-in", {"email": "a" * 70_000, "password": "b"})
    assert (status, problem["code"]) == (413, "too_big")


async def test_a_method_that_is_not_there_says_so(house: House) -> None:
    async with house.visitor().session.put("/api/sign-in", json={}) as response:
        assert (response.status, (await response.json(content_type=None))["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets//etc/passwd", "/static/index.html", "/index.html"]
)
async def test_no_path_leads_to_the_file_system(house: House, path: str) -> None:
    async with house.visitor().session.get(path) as response:
        assert response.status == 404


async def test_signing_in_sets_a_cookie_no_script_can_read(house: House) -> None:
    await house.staff(email="x@sunrise.example")
    session = house.visitor().session
    body = {"email": "x@sunrise.example", "password": "mY-kettle-sings-at-dawn"}
    async with session.post("/api/sign-in", json=body) as response:
        cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("sotto=")
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


async def test_one_address_that_asks_too_often_is_told_when_to_come_back(house: House) -> None:
    session = house.visitor().session
    seen = []
    for _ in range(140):
        async with session.get("/api/about") as response:
            seen.append((response.status, response.headers.get("Retry-After")))
    assert seen[0] == (200, None)
    assert (429, "1") in seen
