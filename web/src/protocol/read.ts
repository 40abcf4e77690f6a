/**
 * Readers turn outside JSON into our own values, or throw `Malformed`.
 *
 * A reader is a function from an unknown value to a typed one. `record` is where `snake_case` on the wire becomes
 * `camelCase` here, and nowhere else. Knows nothing of sockets or HTTP.
 */

/** The other side sent something that this version does not understand. */
export class Malformed extends Error {
  override name = "Malformed";
}

export type Reader<T> = (value: unknown, where: string) => T;

export const text: Reader<string> = (value, where) => {
  if (typeof value !== "string") throw new Malformed(`${where}: not a text`);
  return value;
};

export const whole: Reader<number> = (value, where) => {
  if (!Number.isSafeInteger(value)) throw new Malformed(`${where}: not a whole number`);
  return value as number;
};

export const truth: Reader<boolean> = (value, where) => {
  if (typeof value !== "boolean") throw new Malformed(`${where}: not true or false`);
  return value;
};

/** Anything that is a JSON object; for values that are shown as they are, such as audit events. */
export const anyRecord: Reader<Readonly<Record<string, unknown>>> = (value, where) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${where}: not an object`);
  return value as Record<string, unknown>;
};

export function oneOf<const T extends string>(...allowed: readonly T[]): Reader<T> {
  return (value, where) => {
    const found = allowed.find((word) => word === value);
    if (found === undefined) throw new Malformed(`${where}: none of ${allowed.join(", ")}`);
    return found;
  };
}

export function nullable<T>(inner: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : inner(value, where));
}

export function list<T>(inner: Reader<T>): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new Malformed(`${where}: not a list`);
    return value.map((item, at) => inner(item, `${where}[${at}]`));
  };
}

const OPTIONAL = Symbol("optional");

/** A reader for a member that may be absent; it is then absent in our value too. */
export type Optional<T> = Reader<T> & { readonly [OPTIONAL]: true };

export function optional<T>(inner: Reader<T>): Optional<T> {
  return Object.assign<Reader<T>, { [OPTIONAL]: true }>((value, where) => inner(value, where), { [OPTIONAL]: true });
}

/** One reader per member; a member that may be absent needs `optional`. */
export type Members<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Reader<T[K]>;
};

/** `serverTime` is `server_time` on the wire. */
export function toWire(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Read an object with exactly these members.
 *
 * `closed` refuses members we do not know (the WebSocket protocol: a version is agreed first); an `open` record ignores
 * them (HTTP answers, which may grow).
 */
export function record<T extends object>(members: Members<T>, kind: "closed" | "open" = "closed"): Reader<T> {
  const readers = Object.entries<Reader<unknown>>(members).map(([name, reader]) => ({
    name,
    wire: toWire(name),
    reader,
    mayBeAbsent: OPTIONAL in reader,
  }));
  const known = new Set(readers.map(({ wire }) => wire));
  return (value, where) => {
    const source = anyRecord(value, where);
    if (kind === "closed") {
      const stranger = Object.keys(source).find((name) => !known.has(name));
      if (stranger !== undefined) throw new Malformed(`${where}: unknown member ${stranger}`);
    }
    const result: Record<string, unknown> = {};
    for (const { name, wire, reader, mayBeAbsent } of readers) {
      if (!Object.hasOwn(source, wire)) {
        if (mayBeAbsent) continue;
        throw new Malformed(`${where}: ${wire} is missing`);
      }
      result[name] = reader(source[wire], `${where}.${wire}`);
    }
    return result as T;
  };
}
