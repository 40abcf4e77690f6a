/** The browser's side of a passkey: make one, or sign with one. Knows nothing of our own routes. */
import type { PasskeyChallenge } from "./answers";
import { Problem } from "./problem";
import type { PasskeyAnswer } from "./staff";

/** Whether this browser can make and use passkeys here. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

/** Whoever closes the browser's own window has changed their mind; nothing is wrong. */
function refusal(cause: unknown): Problem {
  const code = cause instanceof DOMException && cause.name === "InvalidStateError" ? "passkey_known" : "passkey_cancelled";
  return Object.assign(new Problem(code, 0), { cause });
}

function answer(challenge: string, credential: Credential | null): PasskeyAnswer {
  if (!(credential instanceof PublicKeyCredential)) throw new Problem("passkey_cancelled", 0);
  return { challenge, credential: credential.toJSON() };
}

/** Make a passkey. Raises `Problem`. */
export async function makePasskey({ challenge, options }: PasskeyChallenge, signal: AbortSignal): Promise<PasskeyAnswer> {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
    return answer(challenge, await navigator.credentials.create({ publicKey, signal }));
  } catch (cause) {
    throw refusal(cause);
  }
}

/** Sign with a passkey. Raises `Problem`. */
export async function usePasskey({ challenge, options }: PasskeyChallenge, signal: AbortSignal): Promise<PasskeyAnswer> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
    return answer(challenge, await navigator.credentials.get({ publicKey, signal }));
  } catch (cause) {
    throw refusal(cause);
  }
}
