"""Signing in and out, and confirming that it is still you."""

from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct

from gateway.core.clock import rfc3339
from gateway.core.errors import RemoteProtocolError
from gateway.hub import Answer, Asked, Browser, Credentials, SignedIn
from signaling.api.me import MeView, view_me
from signaling.api.route import Call, Empty, Route, json_response
from signaling.auth.cookies import drop_cookie, set_cookie, staff_cookie

Text = Annotated[str, Meta(max_length=1024)]
Code = Annotated[str, Meta(max_length=16)]


class PasswordSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail, password, and the code where a code app is enrolled."""

    email: Text
    password: Text
    totp: Code | None = None


class PasskeyAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What an authenticator answered (WebAuthn level 3, `toJSON`), and to which challenge."""

    challenge: Text
    credential: dict[str, Any]

    def answer(self) -> Answer:
        """Return it as the gateway takes it."""
        return Answer(self.challenge, self.credential)


class AskedView(Struct, frozen=True):
    """What to pass to `navigator.credentials`, and the challenge to send back with the answer."""

    challenge: str
    options: dict[str, Any]


class SignOutRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`everywhere` ends every sign-in of this account."""

    everywhere: bool = False


class StepUpRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A passkey's answer where one is enrolled, else the password (and code)."""

    password: Text | None = None
    totp: Code | None = None
    passkey: PasskeyAnswer | None = None


class StepUpView(Struct, frozen=True):
    """How long the confirmation counts."""

    until: str


def asked_view(asked: Asked) -> AskedView:
    """Return the options as they travel."""
    return AskedView(asked.challenge, asked.options)


def _browser(call: Call) -> Browser:
    return Browser(call.address, call.cookie)


async def _signed_in(call: Call, signed: SignedIn) -> web.Response:
    response = json_response(view_me(await call.gateway.presences.describe(signed.presence)))
    _give_cookie(call, response, signed.token)
    return response


def _give_cookie(call: Call, response: web.Response, token: str) -> None:
    set_cookie(response, staff_cookie(is_secure=call.is_secure), token, is_secure=call.is_secure)


async def with_password(call: Call, body: PasswordSignIn) -> web.Response:
    """Sign in by password."""
    given = Credentials(body.email, body.password, body.totp)
    return await _signed_in(call, await call.gateway.sign_in.with_password(given, _browser(call)))


async def passkey_options(call: Call, _body: Empty) -> AskedView:
    """Ask for a passkey."""
    return asked_view(await call.gateway.sign_in.passkey_options())


async def with_passkey(call: Call, body: PasskeyAnswer) -> web.Response:
    """Sign in by passkey."""
    return await _signed_in(call, await call.gateway.sign_in.with_passkey(body.answer(), _browser(call)))


async def sign_out(call: Call, body: SignOutRequest) -> web.Response:
    """End this sign-in, or all of them."""
    await call.gateway.sign_out.sign_out(call.signed_in(), everywhere=body.everywhere)
    response = web.Response(status=204, headers={"Clear-Site-Data": '"cache"'})
    drop_cookie(response, staff_cookie(is_secure=call.is_secure), is_secure=call.is_secure)
    return response


async def step_up_options(call: Call, _body: Empty) -> AskedView | None:
    """Ask for a confirmation by passkey; no content where the password confirms."""
    asked = await call.gateway.step_up.options(call.signed_in())
    return None if asked is None else asked_view(asked)


async def step_up(call: Call, body: StepUpRequest) -> web.Response:
    """Confirm that it is still you; the cookie is replaced."""
    presence = call.signed_in()
    if body.passkey is not None:
        confirmed = await call.gateway.step_up.with_passkey(presence, body.passkey.answer())
    elif body.password is not None:
        confirmed = await call.gateway.step_up.with_password(presence, body.password, body.totp)
    else:
        raise RemoteProtocolError(code="malformed")
    response = json_response(StepUpView(rfc3339(confirmed.until)))
    _give_cookie(call, response, confirmed.token)
    return response


ROUTES = (
    Route(method="POST", path="/api/sign-in", perform=with_password, body=PasswordSignIn, answer=MeView,
          summary="Sign in by password"),
    Route(method="POST", path="/api/sign-in/passkey/options", perform=passkey_options, body=Empty, answer=AskedView,
          summary="Ask for a passkey"),
    Route(method="POST", path="/api/sign-in/passkey", perform=with_passkey, body=PasskeyAnswer, answer=MeView,
          summary="Sign in by passkey"),
    Route(method="POST", path="/api/sign-out", perform=sign_out, body=SignOutRequest, summary="Sign out"),
    Route(method="POST", path="/api/step-up/options", perform=step_up_options, body=Empty, answer=AskedView,
          summary="Ask for a confirmation by passkey"),
    Route(method="POST", path="/api/step-up", perform=step_up, body=StepUpRequest, answer=StepUpView,
          summary="Confirm that it is you"),
)  # fmt: skip
