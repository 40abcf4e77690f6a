import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { MESSAGE_TYPES, decode, decodeAny, encode } from "./codec";
import { Malformed } from "./read";

const FIXTURES = resolve(import.meta.dirname, "../../../tests/vectors/protocol");

interface Fixture {
  readonly direction: "c2s" | "s2c";
  readonly wire: { readonly type: string };
}

const fixtures = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ file, fixture: JSON.parse(readFileSync(resolve(FIXTURES, file), "utf8")) as Fixture }));

describe("the golden fixtures that the gateway and the client share", () => {
  it.each(fixtures)("$file comes back as it was", ({ fixture }) => {
    const wire = JSON.stringify(fixture.wire);
    expect(JSON.parse(encode(decodeAny(wire)))).toEqual(fixture.wire);
  });

  it.each(fixtures.filter(({ fixture }) => fixture.direction === "s2c"))("$file is read by the client", ({ fixture }) => {
    expect(decode(JSON.stringify(fixture.wire)).type).toBe(fixture.wire.type);
  });

  it.each(fixtures.filter(({ fixture }) => fixture.direction === "c2s"))("$file is refused when the gateway sends it", ({ fixture }) => {
    expect(() => decode(JSON.stringify(fixture.wire))).toThrow(Malformed);
  });

  it("has one for every message, and a message for every one", () => {
    const fixed = new Set(fixtures.map(({ fixture }) => fixture.wire.type));
    expect([...fixed].sort()).toEqual([...MESSAGE_TYPES].sort());
  });
});

describe("what is refused", () => {
  const pong = { type: "pong", server_time: "2026-11-22T10:10:03.214Z" };

  it.each([
    ["not JSON", "{"],
    ["not an object", "[]"],
    ["no type", "{}"],
    ["an unknown type", JSON.stringify({ type: "lobby.shout" })],
    ["a type that objects have by nature", JSON.stringify({ type: "constructor" })],
    ["an unknown member", JSON.stringify({ ...pong, extra: 1 })],
    ["a missing member", JSON.stringify({ type: "pong" })],
    ["a member of another kind", JSON.stringify({ type: "pong", server_time: 3 })],
    ["our own spelling on the wire", JSON.stringify({ type: "pong", serverTime: pong.server_time })],
    ["a fraction", JSON.stringify({ type: "lobby.gone", seq: 1.5, seat: "st_1" })],
    ["an unknown state", JSON.stringify({ type: "session.state", seq: 1, state: "asleep", cause: null, ends_at: null })],
  ])("%s", (_what, frame) => {
    expect(() => decode(frame)).toThrow(Malformed);
  });

  it("leaves an absent member absent", () => {
    expect(decode(JSON.stringify(pong))).toEqual({ type: "pong", serverTime: pong.server_time });
  });
});
