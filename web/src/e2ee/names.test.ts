import { describe, expect, it } from "vitest";
import { fromBase64url } from "./bytes";
import { LinkSecret, invitationIn, linkTo } from "./link_secret";
import { NameBook, isNameShortEnough, tidyName } from "./names";

/** Made by an independent implementation (Python `cryptography`): S = 00..1f, nonce = 00..0b. */
const S = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const SESSION = "ses_01JD8W6A4K2M";
const SEAT = "st_7Q2M9K4T0BZH";
const NONCE = Uint8Array.from({ length: 12 }, (_, at) => at);
const VECTORS = [
  ["Sam", "AAECAwQFBgcICQoLjHi_Z8XAS7QzmUkKQOH4q5OS4z6b5wcLwjulXsStmz8mOD-JbW2nsKTS5Q4fhUue0nylV1dvmpS0httujLUfppmtoVR9rASX3OlyxCN2Zto"],
  ["Zoe\u0308 ❤️", "AAECAwQFBgcICQoLhXYRzOUi1hDcIcYKQOH4q5OS4z6b5wcLwjulXsStmz8mOD-JbW2nsKTS5Q4fhUue0nylV1dvmpS0httujLUfpuSejzgit_dBrZGYdJOUrTI"],
] as const;

const secret = LinkSecret.parse(S)!;

describe("the fixed vectors", () => {
  it.each(VECTORS)("seal %s", async (name, expected) => {
    const book = await NameBook.open(secret, SESSION);
    expect(await book.seal(name, SEAT, NONCE)).toBe(expected);
  });

  it.each(VECTORS)("open %s", async (name, nameCt) => {
    const book = await NameBook.open(secret, SESSION);
    expect(await book.read(nameCt, SEAT)).toBe(name.normalize("NFC"));
  });
});

describe("a sealed name", () => {
  it("has one length, whatever the name, and fits the protocol", async () => {
    const book = await NameBook.open(secret, SESSION);
    const lengths = new Set([(await book.seal("A", SEAT)).length, (await book.seal("A".repeat(40), SEAT)).length]);
    expect([...lengths]).toEqual([123]);
  });

  it("never comes out the same twice", async () => {
    const book = await NameBook.open(secret, SESSION);
    expect(await book.seal("Sam", SEAT)).not.toBe(await book.seal("Sam", SEAT));
  });

  it.each([
    ["another seat", SESSION, "st_000000000000", secret],
    ["another session", "ses_000000000000", SEAT, secret],
    ["another secret", SESSION, SEAT, LinkSecret.make()],
  ])("does not open for %s", async (_what, session, seat, key) => {
    const book = await NameBook.open(key, session);
    expect(await book.read(VECTORS[0][1], seat)).toBeNull();
  });

  it("does not open when any byte was changed or cut off", async () => {
    const book = await NameBook.open(secret, SESSION);
    const whole = VECTORS[0][1];
    expect(await book.read(`B${whole.slice(1)}`, SEAT)).toBeNull();
    expect(await book.read(whole.slice(0, -4), SEAT)).toBeNull();
    expect(await book.read("not base64!", SEAT)).toBeNull();
  });

  it("is shown tidy, even when the sender did not tidy it", async () => {
    const book = await NameBook.open(secret, SESSION);
    expect(await book.read(await book.seal("a\u202eb\u0007", SEAT), SEAT)).toBe("ab");
    expect(await book.read(await book.seal("", SEAT), SEAT)).toBeNull();
    expect(await book.read(await book.seal("x".repeat(41), SEAT), SEAT)).toBeNull();
  });
});

describe("a display name", () => {
  it.each([
    ["  Ana   María ", "Ana María"],
    ["Zoe\u0308", "Zoë"],
    ["line\nbreak\ttab", "line break tab"],
    ["\u202egnp.exe\u2066\u200b\ufeff", "gnp.exe"],
    ["\ud83d", "\ufffd"],
    ["نور", "نور"],
  ])("%j becomes %j", (typed, tidy) => {
    expect(tidyName(typed)).toBe(tidy);
  });

  it("is counted as people count", () => {
    expect(isNameShortEnough("a".repeat(40))).toBe(true);
    expect(isNameShortEnough("a".repeat(41))).toBe(false);
    expect(isNameShortEnough("👩‍👩‍👧".repeat(3))).toBe(true);
    expect(isNameShortEnough("👩‍👩‍👧".repeat(4))).toBe(false);
  });
});

describe("the link", () => {
  const invitation = "A".repeat(32);

  it("carries the secret in the fragment only", () => {
    const link = new URL(linkTo("https://example.org", invitation, secret));
    expect([link.pathname, link.hash, link.search]).toEqual([`/j/${invitation}`, `#${S}`, ""]);
    expect(invitationIn(link.pathname)).toBe(invitation);
  });

  it.each(["", "AAAA", `${S}A`, S.slice(0, -1), `${S.slice(0, -1)}9`, S.replace("E", "%")])("is refused with the secret %j", (value) => {
    expect(LinkSecret.parse(value)).toBeNull();
  });

  it.each(["/j/", "/j/short", `/j/${invitation}/more`, `/J/${invitation}`])("is refused with the path %j", (path) => {
    expect(invitationIn(path)).toBeNull();
  });

  it("makes secrets of 32 bytes that print as nothing", () => {
    const made = LinkSecret.make();
    expect(fromBase64url(made.reveal())?.length).toBe(32);
    expect(JSON.stringify(made)).toBe("{}");
  });
});
