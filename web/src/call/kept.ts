/**
 * What one tab remembers over a reload, in `sessionStorage`: the link secret and the seat. It ends with the tab.
 *
 * A seat is kept under the invitation or the session it was taken with.
 */
import { LinkSecret } from "../e2ee/link_secret";
import type { Ticket } from "./model";

export interface KeptSeat {
  readonly ticket: Ticket;
  readonly askedAs: string | null;
}

export function keepSecret(invitation: string, secret: LinkSecret): void {
  sessionStorage.setItem(`secret:${invitation}`, secret.reveal());
}

export function keptSecret(invitation: string): LinkSecret | null {
  return LinkSecret.parse(sessionStorage.getItem(`secret:${invitation}`) ?? "");
}

export function keepSeat(place: string, seat: KeptSeat): void {
  sessionStorage.setItem(`seat:${place}`, JSON.stringify(seat));
}

export function keptSeat(place: string): KeptSeat | null {
  const kept = sessionStorage.getItem(`seat:${place}`);
  return kept === null ? null : (JSON.parse(kept) as KeptSeat);
}

/** Forget one place: its seat and its secret. */
export function forgetPlace(place: string): void {
  sessionStorage.removeItem(`seat:${place}`);
  sessionStorage.removeItem(`secret:${place}`);
}

/** Forget the seat only: the link may be used again in this tab. */
export function forgetSeat(place: string): void {
  sessionStorage.removeItem(`seat:${place}`);
}

/** Forget every seat of this tab, as signing out does. */
export function forgetSeats(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("seat:")) sessionStorage.removeItem(key);
}

/** Forget everything that this tab knows. */
export function forgetAll(): void {
  sessionStorage.clear();
}
