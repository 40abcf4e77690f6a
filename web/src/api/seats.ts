/** The two calls that a participant page makes: who is this, and take the seat. */
import { type About, type Ticket, about, ticket } from "./answers";
import { fetchJSON } from "./http";

export function readAbout(signal: AbortSignal): Promise<About> {
  return fetchJSON("GET", "/api/about", undefined, about, signal);
}

/** Exchange an invitation, or a staff sign-in for a session, for a seat. Raises `Problem`. */
export function takeSeat(by: { readonly invitation: string } | { readonly session: string }, signal: AbortSignal): Promise<Ticket> {
  return fetchJSON("POST", "/api/seats", by, ticket, signal);
}
