/**
 * Every message of the session protocol `sotto.v1`, as the client sees it. Mirrors `signaling/ws/protocol.py` and
 * `gateway/sessions/messages.py`; the fixtures in `tests/vectors/protocol/` hold them together.
 *
 * Evolution: a message may gain a member only together with a new protocol version; a `type` is never given a new meaning.
 */

export type SessionKind = "one_to_one" | "group" | "family" | "crisis" | "drop_in" | "supervision";
export type Role = "participant" | "specialist" | "supervisor" | "interpreter" | "helper";
export type SeatState = "held" | "waiting" | "here" | "reconnecting" | "left" | "declined" | "removed";
export type SessionState = "planned" | "open" | "ended";
export type LeaveReason = "left" | "network" | "removed" | "declined" | "session_end" | "replaced";
export type EndCause = "ended_by_host" | "limit" | "expired";
export type NoticeCode = "audit_unavailable" | "audit_back" | "safety_mode" | "ten_minutes_left" | "two_minutes_left";
/** Whether this link was opened before: on this device, or on another one. */
export type Device = "first" | "again" | "same_link";

/** Somebody who was admitted. `nameCt` is the encrypted display name; only holders of the link secret can read it. */
export interface Person {
  readonly seat: string;
  readonly role: Role;
  readonly state: "here" | "reconnecting";
  readonly since: string;
  readonly nameCt: string | null;
}

/** Somebody who asks to join; only staff see these. */
export interface Waiting {
  readonly seat: string;
  readonly role: Role;
  readonly since: string;
  readonly nameCt: string | null;
  readonly device: Device;
}

export type ClientMessage =
  | { readonly type: "hello"; readonly seat: string; readonly ticket: string; readonly version: number; readonly resume?: number }
  | { readonly type: "ping"; readonly id?: string }
  | { readonly type: "lobby.ask"; readonly nameCt: string | null; readonly id?: string }
  | { readonly type: "lobby.admit"; readonly seat: string; readonly id?: string }
  | { readonly type: "lobby.deny"; readonly seat: string; readonly id?: string }
  | { readonly type: "seat.remove"; readonly seat: string; readonly id?: string }
  | { readonly type: "seat.leave"; readonly id?: string }
  | { readonly type: "session.end"; readonly id?: string };

export interface Welcome {
  readonly type: "welcome";
  readonly session: string;
  readonly kind: SessionKind;
  readonly seat: string;
  readonly role: Role;
  readonly state: "held" | "waiting" | "here";
  readonly sessionState: "planned" | "open";
  readonly serverTime: string;
  readonly resumed: boolean;
  /** The number of the last message sent to this seat. */
  readonly next: number;
  readonly people: readonly Person[];
  /** Staff see who asks to join; everybody else gets an empty list. */
  readonly waiting: readonly Waiting[];
  readonly endsAt: string | null;
}

export interface SeatChange {
  readonly type: "seat.state";
  readonly seq: number;
  readonly seat: string;
  readonly role: Role;
  readonly state: "waiting" | "here" | "reconnecting" | "left";
  readonly reason: LeaveReason | null;
  readonly nameCt: string | null;
  readonly since: string;
}

export type ServerMessage =
  | Welcome
  | SeatChange
  | { readonly type: "pong"; readonly serverTime: string; readonly id?: string }
  | { readonly type: "lobby.knock"; readonly seq: number; readonly waiting: Waiting }
  | { readonly type: "lobby.gone"; readonly seq: number; readonly seat: string }
  | { readonly type: "session.state"; readonly seq: number; readonly state: "open" | "ended"; readonly cause: EndCause | null; readonly endsAt: string | null }
  | { readonly type: "notice"; readonly seq: number; readonly code: NoticeCode }
  | { readonly type: "done"; readonly id: string }
  | { readonly type: "refused"; readonly id: string | null; readonly code: string; readonly detail: string };

export type Message = ClientMessage | ServerMessage;
export type MessageType = Message["type"];

export const VERSION = 1;
export const SUBPROTOCOL = "sotto.v1";
