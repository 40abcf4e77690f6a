/**
 * S, the one secret of a session: 32 random bytes that travel in the fragment of its links and never reach the gateway.
 *
 * Everything that protects a session's content is derived from it (`KDF(s, label)` = HKDF-SHA256 with salt `sotto/1`).
 */
import { type Bytes, fromBase64url, toBase64url, utf8 } from "./bytes";

const SECRET_BYTES = 32;
const INVITATION = /^[A-Za-z0-9_-]{32}$/;

/** Thirty-two bytes that print as nothing; `reveal` is where they leave. */
export class LinkSecret {
  readonly #bytes: Bytes;

  private constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  static make(): LinkSecret {
    return new LinkSecret(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  }

  /** Read the secret as it stands in a link; null when it is missing, cut off or changed in form. */
  static parse(value: string): LinkSecret | null {
    const bytes = fromBase64url(value);
    return bytes?.length === SECRET_BYTES ? new LinkSecret(bytes) : null;
  }

  /** The secret as it stands in a link. Every call site is a place where it leaves this object. */
  reveal(): string {
    return toBase64url(this.#bytes);
  }

  /** `KDF(S, label)` as an AES-256-GCM key that cannot be read back. */
  async deriveKey(label: string): Promise<CryptoKey> {
    const root = await crypto.subtle.importKey("raw", this.#bytes, "HKDF", false, ["deriveKey"]);
    return crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: utf8("sotto/1"), info: utf8(label) },
      root,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
  }
}

/** The invitation in the path of a participant link, or null when the path is something else. */
export function invitationIn(pathname: string): string | null {
  const invitation = /^\/j\/([^/]+)$/.exec(pathname)?.[1] ?? "";
  return INVITATION.test(invitation) ? invitation : null;
}

/** The whole link that one person is given. */
export function linkTo(origin: string, invitation: string, secret: LinkSecret): string {
  return `${origin}/j/${invitation}#${secret.reveal()}`;
}
