/** Bytes and their spellings. Every text form has one canonical spelling here, and any other is refused. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** Something does not have the form it must have. `code` says how; the text for people is chosen by it. */
export class Malformed extends Error {
  constructor(readonly code: MalformedCode) {
    super(code);
    this.name = "Malformed";
  }
}

export type MalformedCode =
  | "entry_long"
  | "entry_not_text"
  | "entry_not_canonical"
  | "entry_member_twice"
  | "entry_member_order"
  | "entry_member_unknown"
  | "entry_member_missing"
  | "entry_type_unknown"
  | "entry_value"
  | "entry_place"
  | "entry_other_key"
  | "entry_not_stored"
  | "proof_other"
  | "proof_checkpoint"
  | "proof_wrong"
  | "checkpoint_form"
  | "checkpoint_origin"
  | "checkpoint_unsigned"
  | "checkpoint_signature"
  | "key_form"
  | "keys_form"
  | "base64"
  | "manifest_form"
  | "jws_other"
  | "jws_signature"
  | "zip_form";

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of bytes, or null where they are no UTF-8. */
export function textOf(bytes: Bytes): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The text of bytes; what is no UTF-8 becomes a character that nothing signed contains. */
export function looseText(bytes: Bytes): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
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

export function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function readBase64(text: string): Bytes {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new Malformed("base64");
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (base64(bytes) !== text) {
    throw new Malformed("base64"); // White space, or padding bits that are not zero.
  }
  return bytes;
}

export function readBase64url(text: string): Bytes {
  if (/[+/=]/.test(text)) {
    throw new Malformed("base64");
  }
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return readBase64(padded);
}
