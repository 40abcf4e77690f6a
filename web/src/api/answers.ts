/** What the HTTP API answers, read once at the boundary. Answers may grow: unknown members are ignored. */
import type { Role, SeatState, SessionKind, SessionState } from "../protocol/messages";
import { type Members, type Reader, anyRecord, list, nullable, oneOf, optional, record, text, truth, whole } from "../protocol/read";

const open = <T extends object>(members: Members<T>): Reader<T> => record<T>(members, "open");

export const ROLES = ["participant", "specialist", "supervisor", "interpreter", "helper"] as const satisfies readonly Role[];
export const KINDS = ["one_to_one", "group", "family", "crisis", "drop_in", "supervision"] as const satisfies readonly SessionKind[];
const SEAT_STATES = ["held", "waiting", "here", "reconnecting", "left", "declined", "removed"] as const satisfies readonly SeatState[];
const SESSION_STATES = ["planned", "open", "ended"] as const satisfies readonly SessionState[];

export interface About {
  readonly organization: string;
  readonly demonstration: boolean;
  readonly version: string;
}
export const about = open<About>({ organization: text, demonstration: truth, version: text });

export interface Ticket {
  readonly seat: string;
  readonly session: string;
  readonly role: Role;
  readonly ticket: string;
}
export const ticket = open<Ticket>({ seat: text, session: text, role: oneOf(...ROLES), ticket: text });

export interface Passkey {
  readonly id: string;
  readonly label: string;
  readonly createdAt: string;
}

export type StaffRole = "specialist" | "supervisor" | "compliance" | "admin";

export interface Me {
  readonly id: string;
  readonly role: StaffRole;
  readonly name: string;
  readonly aal: number;
  readonly stepUpUntil: string | null;
  readonly totp: boolean;
  readonly passkeys: readonly Passkey[];
  readonly may: readonly string[];
}
export const me = open<Me>({
  id: text,
  role: oneOf("specialist", "supervisor", "compliance", "admin"),
  name: text,
  aal: whole,
  stepUpUntil: nullable(text),
  totp: truth,
  passkeys: list(open<Passkey>({ id: text, label: text, createdAt: text })),
  may: list(text),
});

/** `options` goes to the browser's passkey functions as it is; `challenge` names it to the server. */
export interface PasskeyChallenge {
  readonly challenge: string;
  readonly options: Readonly<Record<string, unknown>>;
}
export const passkeyChallenge = open<PasskeyChallenge>({ challenge: text, options: anyRecord });

export interface SetupOptions extends PasskeyChallenge {
  readonly email: string;
}
export const setupOptions = open<SetupOptions>({ email: text, challenge: text, options: anyRecord });

export interface TOTPEnrolment {
  readonly secret: string;
  readonly uri: string;
}
export const totpEnrolment = open<TOTPEnrolment>({ secret: text, uri: text });

export type InvitationState = "open" | "used" | "revoked" | "expired";

export interface Invitation {
  readonly ref: string;
  readonly role: Role;
  readonly expiresAt: string;
  readonly state: InvitationState;
}
const invitation = open<Invitation>({
  ref: text,
  role: oneOf(...ROLES),
  expiresAt: text,
  state: oneOf("open", "used", "revoked", "expired"),
});

export interface NewInvitation {
  readonly invitation: string;
  readonly ref: string;
  readonly role: Role;
  readonly expiresAt: string;
}
export const newInvitation = open<NewInvitation>({ invitation: text, ref: text, role: oneOf(...ROLES), expiresAt: text });

export interface SeatRow {
  readonly seat: string;
  readonly role: Role;
  readonly state: SeatState;
  readonly since: string;
}

export interface Session {
  readonly id: string;
  readonly kind: SessionKind;
  readonly state: SessionState;
  readonly mine: boolean;
  readonly plannedStart: string | null;
  readonly maxMinutes: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly seats: readonly SeatRow[];
  readonly invitations: readonly Invitation[];
}
export const session = open<Session>({
  id: text,
  kind: oneOf(...KINDS),
  state: oneOf(...SESSION_STATES),
  mine: truth,
  plannedStart: nullable(text),
  maxMinutes: whole,
  createdAt: text,
  endedAt: nullable(text),
  seats: list(open<SeatRow>({ seat: text, role: oneOf(...ROLES), state: oneOf(...SEAT_STATES), since: text })),
  invitations: list(invitation),
});
export const sessions = open<{ readonly sessions: readonly Session[] }>({ sessions: list(session) });

export type AuditEvent = Readonly<Record<string, unknown>>;

export interface AuditPage {
  readonly events: readonly AuditEvent[];
  readonly nextBefore: number | null;
}
export const auditPage = open<AuditPage>({ events: list(anyRecord), nextBefore: nullable(whole) });

export interface Checkpoint {
  readonly checkpoint: string;
  readonly size: number;
  readonly root: string;
  readonly ageSeconds: number;
}
export const checkpoint = open<Checkpoint>({ checkpoint: text, size: whole, root: text, ageSeconds: whole });

export const stepUp = open<{ readonly until?: string }>({ until: optional(text) });
