/** The HTTP API for people with an account. Every function raises `Problem`; the server decides who may. */
import {
  type AuditPage,
  type Checkpoint,
  type Me,
  type NewInvitation,
  type PasskeyChallenge,
  type Session,
  type SetupOptions,
  type TOTPEnrolment,
  auditPage,
  checkpoint,
  me,
  newInvitation,
  passkeyChallenge,
  session,
  sessions,
  setupOptions,
  stepUp,
  totpEnrolment,
} from "./answers";
import type { Role, SessionKind } from "../protocol/messages";
import { fetchAnswer, fetchJSON } from "./http";

/** A signed challenge, as the browser's own `toJSON` writes it. */
export interface PasskeyAnswer {
  readonly challenge: string;
  readonly credential: unknown;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly totp?: string;
}

export interface StepUp {
  readonly password?: string;
  readonly totp?: string;
  readonly passkey?: PasskeyAnswer;
}

export interface AuditQuery {
  readonly session?: string;
  readonly type?: string;
  readonly outcome?: string;
  readonly before?: number;
  readonly limit?: number;
}

export interface SessionPlan {
  readonly kind: SessionKind;
  readonly planned_start?: string;
  readonly max_minutes?: number;
}

const at = encodeURIComponent;

async function finished(answer: Promise<Response>): Promise<void> {
  await answer;
}

export const signIn = (by: Credentials, signal: AbortSignal): Promise<Me> => fetchJSON("POST", "/api/sign-in", by, me, signal);
export const signInOptions = (signal: AbortSignal): Promise<PasskeyChallenge> =>
  fetchJSON("POST", "/api/sign-in/passkey/options", {}, passkeyChallenge, signal);
export const signInWithPasskey = (by: PasskeyAnswer, signal: AbortSignal): Promise<Me> =>
  fetchJSON("POST", "/api/sign-in/passkey", by, me, signal);
export const signOut = (everywhere: boolean, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("POST", "/api/sign-out", { everywhere }, signal));
export const readMe = (signal: AbortSignal): Promise<Me> => fetchJSON("GET", "/api/me", undefined, me, signal);

export const stepUpOptions = (signal: AbortSignal): Promise<PasskeyChallenge> =>
  fetchJSON("POST", "/api/step-up/options", {}, passkeyChallenge, signal);
export const confirmStepUp = (by: StepUp, signal: AbortSignal): Promise<unknown> => fetchJSON("POST", "/api/step-up", by, stepUp, signal);

export const readSetup = (token: string, signal: AbortSignal): Promise<SetupOptions> =>
  fetchJSON("POST", "/api/setup/options", { token }, setupOptions, signal);
export const setUp = (
  by: { readonly token: string; readonly password?: string; readonly passkey?: PasskeyAnswer & { readonly label: string } },
  signal: AbortSignal,
): Promise<void> => finished(fetchAnswer("POST", "/api/setup", by, signal));

export const changePassword = (password: string, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("POST", "/api/me/password", { password }, signal));
export const enrolTOTP = (signal: AbortSignal): Promise<TOTPEnrolment> => fetchJSON("POST", "/api/me/totp", {}, totpEnrolment, signal);
export const confirmTOTP = (code: string, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("POST", "/api/me/totp/confirm", { code }, signal));
export const removeTOTP = (signal: AbortSignal): Promise<void> => finished(fetchAnswer("DELETE", "/api/me/totp", undefined, signal));
export const passkeyOptions = (signal: AbortSignal): Promise<PasskeyChallenge> =>
  fetchJSON("POST", "/api/me/passkeys/options", {}, passkeyChallenge, signal);
export const addPasskey = (by: PasskeyAnswer & { readonly label: string }, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("POST", "/api/me/passkeys", by, signal));
export const removePasskey = (id: string, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("DELETE", `/api/me/passkeys/${at(id)}`, undefined, signal));

export const listSessions = async (signal: AbortSignal): Promise<readonly Session[]> =>
  (await fetchJSON("GET", "/api/sessions", undefined, sessions, signal)).sessions;
export const readSession = (id: string, signal: AbortSignal): Promise<Session> =>
  fetchJSON("GET", `/api/sessions/${at(id)}`, undefined, session, signal);
export const createSession = (plan: SessionPlan, signal: AbortSignal): Promise<Session> =>
  fetchJSON("POST", "/api/sessions", plan, session, signal);
export const endSession = (id: string, signal: AbortSignal): Promise<Session> =>
  fetchJSON("POST", `/api/sessions/${at(id)}/end`, {}, session, signal);
export const invite = (id: string, role: Role, signal: AbortSignal): Promise<NewInvitation> =>
  fetchJSON("POST", `/api/sessions/${at(id)}/invitations`, { role }, newInvitation, signal);
export const revoke = (id: string, ref: string, signal: AbortSignal): Promise<void> =>
  finished(fetchAnswer("DELETE", `/api/sessions/${at(id)}/invitations/${at(ref)}`, undefined, signal));

export const readAudit = (query: AuditQuery, signal: AbortSignal): Promise<AuditPage> =>
  fetchJSON("GET", `/api/audit?${search(query)}`, undefined, auditPage, signal);
export const readCheckpoint = (signal: AbortSignal): Promise<Checkpoint> =>
  fetchJSON("GET", "/api/audit/checkpoint", undefined, checkpoint, signal);
export const exportAudit = async (sessionId: string | undefined, signal: AbortSignal): Promise<Blob> =>
  (await fetchAnswer("GET", `/api/audit/export?${search({ ...(sessionId === undefined ? {} : { session: sessionId }), format: "zip" })}`, undefined, signal)).blob();

function search(query: Readonly<Record<string, string | number | undefined>> | AuditQuery): string {
  const given = Object.entries(query as Record<string, string | number | undefined>).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
