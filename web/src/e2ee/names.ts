/**
 * Display names: what may be one, and how it is kept from the gateway.
 *
 * `name_ct = nonce(12) || AES-256-GCM(KDF(S, "names"), nonce, name padded to 64 bytes, aad)`; the additional data binds
 * a name to its session and seat, so that it cannot be moved to another person.
 */
import { type Bytes, concat, fromBase64url, lv, toBase64url, utf8 } from "./bytes";
import type { LinkSecret } from "./link_secret";

export const NAME_GRAPHEMES = 40;
const NAME_BYTES = 64;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Controls, line breaks, and the marks that turn the direction of other people's text around. */
// eslint-disable-next-line no-control-regex -- naming the controls is the point.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** The name as it will be shown: NFC, one line, without invisible marks. */
export function tidyName(typed: string): string {
  return typed.replace(/[\t\r\n]+/g, " ").replace(UNSEEN, "").toWellFormed().normalize("NFC").replace(/\s+/g, " ").trim();
}

/** Whether a tidy name is short enough: at most 40 characters as people count them, and 64 bytes. */
export function isNameShortEnough(name: string): boolean {
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name)].length;
  return graphemes <= NAME_GRAPHEMES && utf8(name).length <= NAME_BYTES;
}

function pad(name: string): Bytes {
  const bytes = utf8(name.normalize("NFC"));
  if (bytes.length > NAME_BYTES) throw new RangeError("name is longer than 64 bytes");
  const padded = new Uint8Array(NAME_BYTES);
  padded.set(bytes);
  return padded;
}

function boundTo(session: string, seat: string): Bytes {
  return concat(utf8("sotto/1 name"), lv(utf8(session)), lv(utf8(seat)));
}

/** Seals and opens the names of one session. */
export class NameBook {
  readonly #key: CryptoKey;
  readonly #session: string;

  private constructor(key: CryptoKey, session: string) {
    this.#key = key;
    this.#session = session;
  }

  static async open(secret: LinkSecret, session: string): Promise<NameBook> {
    return new NameBook(await secret.deriveKey("names"), session);
  }

  /** Encrypt a name for a seat. The nonce is a parameter only so that a fixed vector can be tested. */
  async seal(name: string, seat: string, nonce: Bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))): Promise<string> {
    const additionalData = boundTo(this.#session, seat);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData }, this.#key, pad(name));
    return toBase64url(concat(nonce, new Uint8Array(sealed)));
  }

  /** Read the name of a seat; null when it was made with another secret, or for another seat. */
  async read(nameCt: string, seat: string): Promise<string | null> {
    const bytes = fromBase64url(nameCt);
    if (bytes?.length !== NONCE_BYTES + NAME_BYTES + TAG_BYTES) return null;
    const iv = bytes.subarray(0, NONCE_BYTES);
    const additionalData = boundTo(this.#session, seat);
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, this.#key, bytes.subarray(NONCE_BYTES));
      const padded = new Uint8Array(plain);
      const end = padded.indexOf(0);
      const name = new TextDecoder("utf-8", { fatal: true }).decode(end < 0 ? padded : padded.subarray(0, end));
      // The sender may be any build of this client: what is shown is tidy and short all the same.
      const tidy = tidyName(name);
      return tidy !== "" && isNameShortEnough(tidy) ? tidy : null;
    } catch {
      return null; // A failed tag and bad UTF-8 mean the same to the reader: not a name of this session.
    }
  }
}
