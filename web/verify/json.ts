/**
 * Reads canonical JSON (RFC 8785) and nothing else: members sorted and none twice, no white space, one spelling of
 * every string, whole numbers only. Recursive descent over the text; the other verifier uses a grammar of patterns.
 */

import { Malformed } from "./bytes";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = Map<string, Json>;

const MAX_DEPTH = 16;
const PLAIN = /[ !#-[\]-\uffff]*/y; // No quote, no backslash, nothing below a space.
const NUMBER = /-?[1-9][0-9]{0,14}|0/y; // 15 digits: exact in every reader of JSON.
const ESCAPE = /\\(?:(["\\bfnrt])|u00(0[0-7bef]|1[0-9a-f]))/y;
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** The text in a member that is known to hold one. */
export function textIn(object: JsonObject, name: string): string {
  const value = object.get(name);
  if (typeof value !== "string") {
    throw new Malformed("entry_value");
  }
  return value;
}

/** The value in a canonical JSON text; throws `Malformed` where the text is anything else. */
export function readCanonical(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    switch (this.text.charAt(this.at)) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      case "n":
        return this.word("null", null);
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      default:
        return Number(this.match(NUMBER));
    }
  }

  end(): void {
    if (this.at !== this.text.length) {
      throw new Malformed("entry_not_canonical");
    }
  }

  private object(depth: number): JsonObject {
    const members: JsonObject = new Map();
    let last: string | null = null;
    this.list("{", "}", depth, () => {
      const name = this.string();
      if (members.has(name)) {
        throw new Malformed("entry_member_twice");
      }
      if (last !== null && name < last) {
        throw new Malformed("entry_member_order");
      }
      last = name;
      this.take(":");
      members.set(name, this.value(depth + 1));
    });
    return members;
  }

  private array(depth: number): Json[] {
    const values: Json[] = [];
    this.list("[", "]", depth, () => {
      values.push(this.value(depth + 1));
    });
    return values;
  }

  private list(open: string, close: string, depth: number, item: () => void): void {
    if (depth === MAX_DEPTH) {
      throw new Malformed("entry_not_canonical");
    }
    this.take(open);
    if (this.text[this.at] !== close) {
      item();
      while (this.text[this.at] === ",") {
        this.at += 1;
        item();
      }
    }
    this.take(close);
  }

  private string(): string {
    this.take('"');
    let value = this.match(PLAIN);
    while (this.text[this.at] === "\\") {
      value += this.escape() + this.match(PLAIN);
    }
    this.take('"');
    return value;
  }

  private escape(): string {
    const [, short, code] = this.exec(ESCAPE);
    return short === undefined ? String.fromCharCode(parseInt(code ?? "", 16)) : (ESCAPED[short] ?? "");
  }

  private word<T>(spelling: string, value: T): T {
    this.take(spelling);
    return value;
  }

  private take(expected: string): void {
    if (!this.text.startsWith(expected, this.at)) {
      throw new Malformed("entry_not_canonical");
    }
    this.at += expected.length;
  }

  private match(pattern: RegExp): string {
    return this.exec(pattern)[0];
  }

  private exec(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      throw new Malformed("entry_not_canonical");
    }
    this.at = pattern.lastIndex;
    return found;
  }
}
