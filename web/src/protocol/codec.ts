/** Text frames to messages and back: the only place that knows how a message is written on the wire. */
import type { ClientMessage, Message, MessageType, NoticeCode, Person, Role, ServerMessage, Waiting } from "./messages";
import { Malformed, type Members, type Reader, anyRecord, list, nullable, oneOf, optional, record, text, toWire, truth, whole } from "./read";

const ROLES = ["participant", "specialist", "supervisor", "interpreter", "helper"] as const satisfies readonly Role[];
const NOTICES = ["audit_unavailable", "audit_back", "safety_mode", "ten_minutes_left", "two_minutes_left"] as const satisfies readonly NoticeCode[];
const role = oneOf(...ROLES);

const person = record<Person>({
  seat: text,
  role,
  state: oneOf("here", "reconnecting"),
  since: text,
  nameCt: nullable(text),
});

const waiting = record<Waiting>({
  seat: text,
  role,
  since: text,
  nameCt: nullable(text),
  device: oneOf("first", "again", "same_link"),
});

type Of<T extends MessageType> = Extract<Message, { type: T }>;

/** The reader of one message: its members, and its own `type`. */
function message<T extends MessageType>(type: T, members: Members<Omit<Of<T>, "type">>): Reader<Message> {
  return record({ type: oneOf(type), ...members } as unknown as Members<Of<T>>);
}

const id = optional(text);

/** What we send. The client reads these only in tests, where both sides must agree on the same fixtures. */
const CLIENT = {
  "hello": message("hello", { seat: text, ticket: text, version: whole, resume: optional(whole) }),
  "ping": message("ping", { id }),
  "lobby.ask": message("lobby.ask", { nameCt: nullable(text), id }),
  "lobby.admit": message("lobby.admit", { seat: text, id }),
  "lobby.deny": message("lobby.deny", { seat: text, id }),
  "seat.remove": message("seat.remove", { seat: text, id }),
  "seat.leave": message("seat.leave", { id }),
  "session.end": message("session.end", { id }),
} satisfies Record<ClientMessage["type"], Reader<Message>>;

const SERVER = {
  "welcome": message("welcome", {
    session: text,
    kind: oneOf("one_to_one", "group", "family", "crisis", "drop_in", "supervision"),
    seat: text,
    role,
    state: oneOf("held", "waiting", "here"),
    sessionState: oneOf("planned", "open"),
    serverTime: text,
    resumed: truth,
    next: whole,
    people: list(person),
    waiting: list(waiting),
    endsAt: nullable(text),
  }),
  "pong": message("pong", { serverTime: text, id }),
  "lobby.knock": message("lobby.knock", { seq: whole, waiting }),
  "lobby.gone": message("lobby.gone", { seq: whole, seat: text }),
  "seat.state": message("seat.state", {
    seq: whole,
    seat: text,
    role,
    state: oneOf("waiting", "here", "reconnecting", "left"),
    reason: nullable(oneOf("left", "network", "removed", "declined", "session_end", "replaced")),
    nameCt: nullable(text),
    since: text,
  }),
  "session.state": message("session.state", {
    seq: whole,
    state: oneOf("open", "ended"),
    cause: nullable(oneOf("ended_by_host", "limit", "expired")),
    endsAt: nullable(text),
  }),
  "notice": message("notice", { seq: whole, code: oneOf(...NOTICES) }),
  "done": message("done", { id: text }),
  "refused": message("refused", { id: nullable(text), code: text, detail: text }),
} satisfies Record<ServerMessage["type"], Reader<Message>>;

export const MESSAGE_TYPES: readonly string[] = [...Object.keys(CLIENT), ...Object.keys(SERVER)];

function readWith(readers: Readonly<Record<string, Reader<Message>>>, value: unknown): Message {
  const type = text(anyRecord(value, "message")["type"], "message.type");
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader === undefined) throw new Malformed(`message.type: ${type} is unknown`);
  return reader(value, type);
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown;
  } catch (cause) {
    throw new Malformed("message: not JSON", { cause });
  }
}

/** Read what the gateway sent. Raises `Malformed`. */
export function decode(frame: string): ServerMessage {
  return readWith(SERVER, parse(frame)) as ServerMessage;
}

/** Read a message of either direction; the golden fixtures hold both. Raises `Malformed`. */
export function decodeAny(frame: string): Message {
  return readWith({ ...CLIENT, ...SERVER }, parse(frame));
}

function write(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(write);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [toWire(name), write(member)]));
}

export function encode(message: Message): string {
  return JSON.stringify(write(message));
}
