/**
 * One seat in one session, from the link to the end: what the screens are a view of.
 *
 * The same model serves a participant who came by link and a host on the session page.
 */
import type { EndCause, NoticeCode, Person, Role, ServerMessage, Waiting } from "../protocol/messages";

/** What `POST /api/seats` answers: our place, and the secret half that goes into `hello`. */
export interface Ticket {
  readonly seat: string;
  readonly session: string;
  readonly role: Role;
  readonly ticket: string;
}

/** Why there is nothing more to do here. Each has its own page with one next step. */
export type Cause =
  | "left"
  | "removed"
  | "declined"
  | EndCause
  | "session_closed"
  | "session_full"
  | "replaced"
  | "seat_lost"
  | "link_incomplete"
  | "link_refused"
  | "link_expired"
  | "link_revoked"
  | "sign_in_needed"
  | "not_yours"
  | "too_many"
  | "unreachable"
  | "outdated"
  | "unsupported";

export type Stage =
  /** A whole link is here; nothing was exchanged yet. */
  | { readonly kind: "invited" }
  /** The seat is being taken, or taken back after a reload. */
  | { readonly kind: "entering" }
  /** The seat is ours; the person reads, and says what to be called. */
  | { readonly kind: "held" }
  /** We asked to join and have no answer yet. */
  | { readonly kind: "asking" }
  | { readonly kind: "waiting"; readonly since: string }
  | { readonly kind: "here"; readonly since: string }
  | { readonly kind: "over"; readonly cause: Cause };

export type TimeNotice = Extract<NoticeCode, "ten_minutes_left" | "two_minutes_left">;
export type HealthNotice = Exclude<NoticeCode, TimeNotice | "audit_back">;

export type Connection =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "online" }
  /** Lost; attempt number `attempt` follows. */
  | { readonly kind: "lost"; readonly attempt: number };

export interface CallModel {
  readonly stage: Stage;
  readonly connection: Connection;
  readonly ticket: Ticket | null;
  /** What we asked to be called; null before we asked. It is repeated by itself when the gateway forgot that we ask. */
  readonly askedAs: string | null;
  readonly people: readonly Person[];
  readonly waiting: readonly Waiting[];
  /** Opened display names by seat; null for one that our secret does not open. */
  readonly names: Readonly<Record<string, string | null>>;
  /** Acts under way, as `requestId` writes them. */
  readonly pending: ReadonlySet<string>;
  /** The last refusal of an act of ours, until it is dismissed or the next act. */
  readonly refusal: string | null;
  /** What is wrong on the gateway's side, until it says that it is back. */
  readonly banner: HealthNotice | null;
  readonly timeLeft: TimeNotice | null;
  readonly endsAt: string | null;
  /** The number of the last message that survives a resume; null when there is nothing to resume. */
  readonly lastSeq: number | null;
}

export type SeatAct = "admit" | "deny" | "remove";

export type CallEvent =
  // What a person does.
  | { readonly kind: "enter" }
  | { readonly kind: "ask"; readonly name: string }
  | { readonly kind: "act"; readonly act: SeatAct; readonly seat: string }
  | { readonly kind: "leave" }
  | { readonly kind: "exit" }
  | { readonly kind: "dismiss" }
  // What the effects found out.
  | { readonly kind: "entered"; readonly ticket: Ticket }
  | { readonly kind: "entry_refused"; readonly cause: Cause }
  | { readonly kind: "connect" }
  | { readonly kind: "message"; readonly message: ServerMessage }
  | { readonly kind: "closed"; readonly code: number }
  | { readonly kind: "name"; readonly seat: string; readonly name: string | null };

/** The id of an act on the wire: readable, and the same act is never under way twice. */
export function requestId(act: SeatAct, seat: string): string {
  return `${act}-${seat}`;
}

const EMPTY: CallModel = {
  stage: { kind: "invited" },
  connection: { kind: "idle" },
  ticket: null,
  askedAs: null,
  people: [],
  waiting: [],
  names: {},
  pending: new Set(),
  refusal: null,
  banner: null,
  timeLeft: null,
  endsAt: null,
  lastSeq: null,
};

/** Somebody opened a link, and has not pressed anything. */
export function invited(): CallModel {
  return EMPTY;
}

/** The page was loaded again and its seat is still known. */
export function returning(ticket: Ticket, askedAs: string | null): CallModel {
  return { ...EMPTY, stage: { kind: "entering" }, ticket, askedAs };
}

/** A host opens the session page: the seat is taken and asked for without a question. */
export function hosting(askedAs: string): CallModel {
  return { ...EMPTY, stage: { kind: "entering" }, askedAs };
}

/** Nothing can be done with this link or this browser. */
export function stopped(cause: Cause): CallModel {
  return { ...EMPTY, stage: { kind: "over", cause } };
}
