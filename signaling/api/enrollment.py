"""What a person signs in with: the setup link, the password, the code app, the passkeys."""

from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Meta, Struct

from gateway.hub import NamedAnswer
from signaling.api.route import Call, Empty, Route
from signaling.api.sign_in import AskedView, Code, PasskeyAnswer, Text, asked_view

Label = Annotated[str, Meta(max_length=64)]


class SetupToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The token from a setup link's fragment."""

    token: Text


class NewPasskey(PasskeyAnswer, frozen=True, forbid_unknown_fields=True):
    """A fresh passkey, and what its owner calls it."""

    label: Label = ""

    def named(self) -> NamedAnswer:
        """Return it as the gateway takes it."""
        return NamedAnswer(self.answer(), self.label)


class SetupRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A password, a passkey, or both."""

    token: Text
    password: Text | None = None
    passkey: NewPasskey | None = None


class SetupView(Struct, frozen=True):
    """Whose link this is, and what their authenticator is asked."""

    email: str
    challenge: str
    options: dict[str, Any]


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The password one wants."""

    password: Text


class TotpOffer(Struct, frozen=True):
    """A code app's secret, as text and as the URI of a QR code. Shown once."""

    secret: str
    uri: str


class TotpCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The first code of a code app."""

    code: Code


async def setup_options(call: Call, body: SetupToken) -> SetupView:
    """Open a setup link."""
    welcome = await call.gateway.setup.begin(body.token)
    return SetupView(welcome.email, welcome.asked.challenge, welcome.asked.options)


async def setup(call: Call, body: SetupRequest) -> None:
    """Set what was chosen, and use the link up."""
    passkey = None if body.passkey is None else body.passkey.named()
    await call.gateway.setup.finish(body.token, password=body.password, passkey=passkey)


async def set_password(call: Call, body: NewPassword) -> None:
    """Set a new password."""
    await call.gateway.enrollment.set_password(call.signed_in(), body.password)


async def offer_totp(call: Call, _body: Empty) -> TotpOffer:
    """Begin to enroll a code app."""
    offer = await call.gateway.enrollment.offer_totp(call.signed_in())
    return TotpOffer(offer.secret, offer.uri)


async def confirm_totp(call: Call, body: TotpCode) -> None:
    """Enroll the code app that was offered."""
    await call.gateway.enrollment.confirm_totp(call.signed_in(), body.code)


async def remove_totp(call: Call) -> None:
    """Remove the code app."""
    await call.gateway.enrollment.remove_totp(call.signed_in())


async def passkey_options(call: Call, _body: Empty) -> AskedView:
    """Begin to enroll a passkey."""
    return asked_view(await call.gateway.enrollment.passkey_options(call.signed_in()))


async def add_passkey(call: Call, body: NewPasskey) -> None:
    """Enroll a passkey."""
    await call.gateway.enrollment.add_passkey(call.signed_in(), body.named())


async def remove_passkey(call: Call) -> None:
    """Remove a passkey."""
    await call.gateway.enrollment.remove_passkey(call.signed_in(), call.part("passkey"))


ROUTES = (
    Route(method="POST", path="/api/setup/options", perform=setup_options, body=SetupToken, answer=SetupView,
          summary="Open a setup link"),
    Route(method="POST", path="/api/setup", perform=setup, body=SetupRequest, summary="Finish a setup link"),
    Route(method="POST", path="/api/me/password", perform=set_password, body=NewPassword, summary="Set a password"),
    Route(method="POST", path="/api/me/totp", perform=offer_totp, body=Empty, answer=TotpOffer,
          summary="Begin to enroll a code app"),
    Route(method="POST", path="/api/me/totp/confirm", perform=confirm_totp, body=TotpCode,
          summary="Enroll the code app"),
    Route(method="DELETE", path="/api/me/totp", perform=remove_totp, summary="Remove the code app"),
    Route(method="POST", path="/api/me/passkeys/options", perform=passkey_options, body=Empty, answer=AskedView,
          summary="Begin to enroll a passkey"),
    Route(method="POST", path="/api/me/passkeys", perform=add_passkey, body=NewPasskey,
          status=HTTPStatus.CREATED, summary="Enroll a passkey"),
    Route(method="DELETE", path="/api/me/passkeys/{passkey}", perform=remove_passkey, summary="Remove a passkey"),
)  # fmt: skip
