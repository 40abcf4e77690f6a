/** Lines that are entries, and lines that are not, each for its reason: the vectors the other verifier is held to. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Malformed, utf8 } from "./bytes";
import { DATA, parseEntry, readEntry } from "./entry";
import { readCanonical } from "./json";

interface Lines {
  readonly cases: readonly { readonly name: string; readonly text: string; readonly expect: string }[];
}

const { cases } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../tests/vectors/audit/lines.json"), "utf8"),
) as Lines;

function outcome(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return error instanceof Malformed ? error.code : String(error);
  }
  return "ok";
}

describe("an entry", () => {
  it.each(cases)("$name", ({ text, expect: expected }) => {
    expect(outcome(() => parseEntry(utf8(text)))).toBe(expected);
  });

  it("that is longer than an entry may be is refused unread", () => {
    expect(outcome(() => parseEntry(new Uint8Array(60_001)))).toBe("entry_long");
  });

  it("that is no UTF-8 is refused", () => {
    expect(outcome(() => parseEntry(Uint8Array.of(0xff)))).toBe("entry_not_text");
  });

  it("stands at its place, in the log of its key", () => {
    const line = utf8(cases[0]!.text);
    expect(readEntry(line, 7, "key").type).toBe("session.admitted");
    expect(outcome(() => readEntry(line, 6, "key"))).toBe("entry_place");
    const started = utf8(
      cases[0]!.text
        .replace("session.admitted", "system.started")
        .replace(/"data":\{[^}]*\}/, '"data":{"build":"1","bundle_sha256":null,"log_vkey":"key","witness_vkey":"w"}'),
    );
    expect(readEntry(started, 7, "key").logKey).toBe("key");
    expect(outcome(() => readEntry(started, 7, "other"))).toBe("entry_other_key");
  });

  it("has data that is closed for every type", () => {
    expect(Object.keys(DATA).length).toBeGreaterThan(30);
    for (const members of Object.values(DATA)) {
      expect(Object.keys(members)).toEqual(Object.keys(members).sort());
    }
  });
});

describe("canonical JSON", () => {
  it.each(["null", "true", "false", "0", "-5", '""', "[]", "{}", '[1,[2],{"a":"b"}]'])("is read: %s", (text) => {
    expect(outcome(() => readCanonical(text))).toBe("ok");
  });

  it("gives back what was written", () => {
    expect(readCanonical('{"a":[1,null,"\\u0001\\n"],"b":{"c":-7}}')).toEqual(
      new Map<string, unknown>([
        ["a", [1, null, "\u0001\n"]],
        ["b", new Map([["c", -7]])],
      ]),
    );
  });

  it("is decided for any bytes without a crash", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let round = 0; round < 3000; round += 1) {
      const source = cases[random(cases.length)]!.text;
      const at = random(source.length + 1);
      const text = source.slice(0, at) + String.fromCharCode(random(300)) + source.slice(at + random(3));
      expect(outcome(() => parseEntry(utf8(text)))).toMatch(/^(ok|entry_)/);
    }
  });
});
