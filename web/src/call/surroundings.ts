/** The real surroundings of a seat: our own server, this tab's memory, this browser's clock and network. */
import { Problem } from "../api/problem";
import { takeSeat } from "../api/seats";
import type { LinkSecret } from "../e2ee/link_secret";
import { NameBook } from "../e2ee/names";
import { openSocket, socketURL } from "../protocol/socket";
import type { Surroundings } from "./effects";
import { forgetPlace, forgetSeat, keepSeat } from "./kept";
import type { Cause, Ticket } from "./model";

/** Why no seat was given, as the page that says so. */
const CAUSES: Readonly<Record<string, Cause>> = {
  invitation_invalid: "link_refused",
  invitation_expired: "link_expired",
  invitation_revoked: "link_revoked",
  not_found: "link_refused",
  staff_sign_in_required: "sign_in_needed",
  not_authenticated: "sign_in_needed",
  role_not_permitted: "not_yours",
  session_closed: "session_closed",
  session_full: "session_full",
  removed: "removed",
  banned: "removed",
  declined: "declined",
  replaced: "replaced",
  too_many_attempts: "too_many",
};

/** After these the same link may be used again in this tab; after every other end its secret is dropped. */
const LINK_STAYS: ReadonlySet<Cause> = new Set<Cause>(["replaced", "seat_lost", "unreachable", "outdated", "sign_in_needed", "too_many", "session_full"]);

/** Nothing but a new page is needed to go on: the seat itself stays too. */
const SEAT_STAYS: ReadonlySet<Cause> = new Set<Cause>(["outdated"]);

async function enter(by: { readonly invitation: string } | { readonly session: string }, signal: AbortSignal): Promise<Ticket | Cause> {
  try {
    return await takeSeat(by, signal);
  } catch (error) {
    // An aborted request belongs to a page that is gone; nobody reads the answer.
    return error instanceof Problem ? (CAUSES[error.code] ?? "unreachable") : "unreachable";
  }
}

/** Call back when the network returned or the page is looked at again: timers sleep on a locked phone. */
function onHope(call: () => void, signal: AbortSignal): void {
  window.addEventListener("online", call, { signal });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") call(); }, { signal });
}

function around(place: string, by: { readonly invitation: string } | { readonly session: string }, secret: LinkSecret | null): Surroundings {
  return {
    enter: (signal) => enter(by, signal),
    openSocket: (listener, signal) => openSocket(socketURL(location), listener, signal),
    openNames: (session) => (secret === null ? null : NameBook.open(secret, session)),
    keep: (ticket, askedAs) => {
      keepSeat(place, { ticket, askedAs });
    },
    forget: (cause) => {
      if (SEAT_STAYS.has(cause)) return;
      if (LINK_STAYS.has(cause)) forgetSeat(place);
      else forgetPlace(place);
    },
    onHope,
    chance: Math.random,
  };
}

/** For somebody who came by link. */
export function aroundLink(invitation: string, secret: LinkSecret): Surroundings {
  return around(invitation, { invitation }, secret);
}

/** For a host on the session page; without the secret names stay locked. */
export function aroundSession(session: string, secret: LinkSecret | null): Surroundings {
  return around(session, { session }, secret);
}
