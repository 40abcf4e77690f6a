/**
 * Where a host's browser keeps the secrets of the sessions it planned: IndexedDB, one database per account, each record
 * sealed under an AES-256-GCM key that the browser will not give out.
 *
 * The server has no copy. A session whose record is lost is replaced by a new session.
 */
import { type Bytes, concat, lv, utf8 } from "./bytes";
import { LinkSecret } from "./link_secret";

/** What is kept of one session: S, and each invitation under the reference that the server lists it by. */
export interface SessionKeys {
  readonly secret: LinkSecret;
  readonly invitations: Readonly<Record<string, string>>;
}

interface Sealed {
  readonly nonce: Bytes;
  readonly box: ArrayBuffer;
}

const KEYS = "keys";
const SESSIONS = "sessions";
const SEALING_KEY = "sealing";

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new DOMException("IndexedDB failed"));
    };
  });
}

function database(account: string): Promise<IDBDatabase> {
  const request = indexedDB.open(`sotto-${account}`, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(KEYS);
    request.result.createObjectStore(SESSIONS);
  };
  return promised(request);
}

/** The browser's own key, made at first use. A second tab may win the race: whatever is stored then is the key. */
async function sealingKey(db: IDBDatabase): Promise<CryptoKey> {
  const found = (await promised(db.transaction(KEYS).objectStore(KEYS).get(SEALING_KEY))) as CryptoKey | undefined;
  if (found !== undefined) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const store = db.transaction(KEYS, "readwrite").objectStore(KEYS);
  try {
    await promised(store.add(made, SEALING_KEY));
    return made;
  } catch {
    return (await promised(db.transaction(KEYS).objectStore(KEYS).get(SEALING_KEY))) as CryptoKey;
  }
}

function boundTo(session: string): Bytes {
  return concat(utf8("sotto/1 vault"), lv(utf8(session)));
}

export class Vault {
  readonly #db: IDBDatabase;
  readonly #key: CryptoKey;

  private constructor(db: IDBDatabase, key: CryptoKey) {
    this.#db = db;
    this.#key = key;
  }

  static async open(account: string): Promise<Vault> {
    const db = await database(account);
    return new Vault(db, await sealingKey(db));
  }

  async put(session: string, keys: SessionKeys): Promise<void> {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const plain = utf8(JSON.stringify({ secret: keys.secret.reveal(), invitations: keys.invitations }));
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: boundTo(session) }, this.#key, plain);
    const sealed: Sealed = { nonce, box };
    await promised(this.#db.transaction(SESSIONS, "readwrite").objectStore(SESSIONS).put(sealed, session));
  }

  async get(session: string): Promise<SessionKeys | null> {
    const sealed = (await promised(this.#db.transaction(SESSIONS).objectStore(SESSIONS).get(session))) as Sealed | undefined;
    if (sealed === undefined) return null;
    try {
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.nonce, additionalData: boundTo(session) }, this.#key, sealed.box);
      const kept = JSON.parse(new TextDecoder().decode(opened)) as { secret: string; invitations: Record<string, string> };
      const secret = LinkSecret.parse(kept.secret);
      return secret === null ? null : { secret, invitations: kept.invitations };
    } catch {
      return null; // A record that this browser's key does not open is as good as lost.
    }
  }

  /** Add the invitation that the server lists as `ref` to what is kept of its session. */
  async remember(session: string, ref: string, invitation: string): Promise<void> {
    const kept = await this.get(session);
    if (kept !== null) await this.put(session, { ...kept, invitations: { ...kept.invitations, [ref]: invitation } });
  }

  async drop(session: string): Promise<void> {
    await promised(this.#db.transaction(SESSIONS, "readwrite").objectStore(SESSIONS).delete(session));
  }

  /** Drop what is kept of every session that is not in `still`. */
  async keepOnly(still: ReadonlySet<string>): Promise<void> {
    const names = await promised(this.#db.transaction(SESSIONS).objectStore(SESSIONS).getAllKeys());
    const store = this.#db.transaction(SESSIONS, "readwrite").objectStore(SESSIONS);
    for (const name of names) if (typeof name === "string" && !still.has(name)) store.delete(name);
  }

  close(): void {
    this.#db.close();
  }
}
