/** The closed form of an entry: the envelope, and the `data` of every type of event. */

import { Malformed, textOf, type Bytes } from "./bytes";
import { readCanonical, textIn, type Json, type JsonObject } from "./json";

/** What is read of an entry, and shown. */
export interface Entry {
  readonly seq: number;
  readonly time: string;
  readonly type: string;
  readonly outcome: string;
  /** The key that `system.started` says the log is signed with. */
  readonly logKey: string | null;
}

const MAX_LINE_BYTES = 60_000;

type Form = (value: Json) => boolean;
type Members = Readonly<Record<string, Form>>;

const text: Form = (value) => typeof value === "string";
const whole: Form = (value) => typeof value === "number";
const flag: Form = (value) => typeof value === "boolean";
const texts: Form = (value) => Array.isArray(value) && value.every(text);
const maybe =
  (form: Form): Form =>
  (value) =>
    value === null || form(value);
const one =
  (...values: readonly string[]): Form =>
  (value) =>
    typeof value === "string" && values.includes(value);
const like =
  (pattern: RegExp): Form =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const object =
  (members: Members): Form =>
  (value) =>
    value instanceof Map && fits(value, members);

const actorKind = one("participant", "staff", "service", "system", "witness", "unknown");
const uuid7 = like(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const instant = like(
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/,
);

const ENVELOPE: Members = {
  actor: object({
    aal: (value) => typeof value === "number" && value >= 0 && value <= 3,
    auth: text,
    id: maybe(text),
    kind: actorKind,
    role: maybe(text),
    seat: maybe(text),
  }),
  basis: maybe(object({ id: maybe(text), jti: maybe(text), kind: text, sha256: maybe(text) })),
  commit: maybe(object({ alg: one("sha256"), record: text, value: text })),
  context: maybe(object({ net: maybe(text), req: maybe(text), ua: maybe(text) })),
  data: (value) => value instanceof Map, // Closed by type below.
  id: uuid7,
  node: text,
  org: text,
  outcome: one("success", "refused", "failure", "pending"),
  policy: maybe(object({ id: text, sha256: text, version: text })),
  reason: maybe(text),
  seq: (value) => typeof value === "number" && value >= 0,
  session: maybe(text),
  severity: one("info", "notice", "warning", "critical"),
  subject: maybe(object({ id: text, kind: actorKind })),
  target: maybe(object({ id: text, kind: text })),
  time: instant,
  type: text,
  v: (value) => value === 1,
};

/** The closed `data` of every type. Types are added, never changed: old entries must go on to verify. */
export const DATA: Readonly<Record<string, Members>> = {
  "access.refused": { action: text, code: text, count: whole },
  "account.created": { by: text, role: text },
  "account.disabled": { by: text },
  "account.reset": { by: text },
  "audit.exported": { format: text, package_sha256: text, rows: whole },
  "audit.gap": { cause: text, count: whole, from: text, to: text },
  "audit.verification_failed": { by: text, cause: text, first_bad: maybe(whole), size: whole },
  "audit.verified": { by: text, root: text, size: whole },
  "audit.viewed": { filter: texts, rows: whole },
  "auth.failed": { code: text, count: whole, method: text },
  "auth.locked": { count: whole },
  "auth.logged_out": { cause: text, count: whole },
  "auth.passkey_added": { credential_sha256: text },
  "auth.passkey_removed": { credential_sha256: text },
  "auth.password_rejected": { code: text },
  "auth.password_set": { by: text },
  "auth.step_up": { method: text },
  "auth.succeeded": { method: text },
  "auth.totp_added": {},
  "auth.totp_removed": {},
  "session.admission_refused": { by: maybe(text), count: whole, reason: text, seat: maybe(text) },
  "session.admitted": { by: text, role: text, seat: text },
  "session.created": {
    jurisdiction: maybe(text),
    kind: text,
    max_minutes: whole,
    planned_start: maybe(text),
    recording_allowed: flag,
  },
  "session.ended": { by: maybe(text), cause: text, seats: whole, seconds: whole },
  "session.invite_issued": { expires: text, invite_sha256: text, role: text },
  "session.invite_revoked": { invite_sha256: text, role: text },
  "session.joined": { role: text, seat: text },
  "session.left": { reason: text, role: text, seat: text, seconds: whole },
  "session.removed": { reason: text, role: text, seat: text, seconds: whole },
  "session.seat_taken": { device: text, role: text, seat: text },
  "session.waiting": { device: text, identity_method: text, role: text, seat: text },
  "system.backup_made": { sha256: text, size: whole },
  "system.config_changed": { keys: texts, sha256: text },
  "system.restored": { size: whole },
  "system.started": { build: text, bundle_sha256: maybe(text), log_vkey: text, witness_vkey: text },
  "system.stopped": { cause: text },
  "system.time_skew": { back_ms: whole },
};

/** The entry in a line, which must be the one at `place`; throws `Malformed` where it is not. */
export function readEntry(line: Bytes, place: number, logKey: string): Entry {
  const entry = parseEntry(line);
  if (entry.seq !== place) {
    throw new Malformed("entry_place");
  }
  if (entry.logKey !== null && entry.logKey !== logKey) {
    throw new Malformed("entry_other_key");
  }
  return entry;
}

/** The entry in a line, wherever it stands. */
export function parseEntry(line: Bytes): Entry {
  if (line.length > MAX_LINE_BYTES) {
    throw new Malformed("entry_long");
  }
  const content = textOf(line);
  if (content === null) {
    throw new Malformed("entry_not_text");
  }
  const value = readCanonical(content);
  if (!(value instanceof Map)) {
    throw new Malformed("entry_not_canonical");
  }
  checkNames(value, ENVELOPE);
  const type = textIn(value, "type");
  const data = Object.hasOwn(DATA, type) ? DATA[type] : undefined;
  if (data === undefined) {
    throw new Malformed("entry_type_unknown");
  }
  const inner = value.get("data");
  if (!fits(value, ENVELOPE) || !(inner instanceof Map) || !fits(inner, data)) {
    throw new Malformed("entry_value");
  }
  return {
    seq: Number(value.get("seq")),
    time: textIn(value, "time"),
    type,
    outcome: textIn(value, "outcome"),
    logKey: type === "system.started" ? textIn(inner, "log_vkey") : null,
  };
}

/** Say which member of the envelope is unknown or absent; the rest is for `fits`. */
function checkNames(value: JsonObject, members: Members): void {
  for (const name of value.keys()) {
    if (!Object.hasOwn(members, name)) {
      throw new Malformed("entry_member_unknown");
    }
  }
  if (value.size !== Object.keys(members).length) {
    throw new Malformed("entry_member_missing");
  }
}

/** Answer whether an object has exactly these members, each in its form. */
function fits(value: JsonObject, members: Members): boolean {
  const wanted = Object.entries(members);
  return (
    value.size === wanted.length &&
    wanted.every(([name, form]) => {
      const member = value.get(name);
      return member !== undefined && form(member);
    })
  );
}
