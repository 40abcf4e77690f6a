/** Bytes to base64url and back, and the length-prefixed parts that authenticated data is built from. */

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(value: string): Bytes {
  return encoder.encode(value);
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `lv(b) = u16(len b) || b`, so that no two lists of parts make the same bytes. */
export function lv(part: Uint8Array): Bytes {
  if (part.length > 0xffff) throw new RangeError("part is longer than 65535 bytes");
  return concat(Uint8Array.of(part.length >> 8, part.length & 0xff), part);
}

export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read canonical base64url without padding; null when it is anything else. */
export function fromBase64url(value: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]*$/.test(value) || value.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return toBase64url(bytes) === value ? bytes : null;
}
