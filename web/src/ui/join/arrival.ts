/**
 * What a participant's page starts with: the link, read once and at once taken out of the address bar.
 *
 * Nothing here asks the server: opening a link, or previewing it, changes nothing.
 */
import { keepSecret, keptSeat, keptSecret } from "../../call/kept";
import { type CallModel, invited, returning, stopped } from "../../call/model";
import { LinkSecret, invitationIn } from "../../e2ee/link_secret";

export interface Arrival {
  readonly invitation: string;
  readonly secret: LinkSecret | null;
  readonly model: CallModel;
}

/** Whether this browser has what the client needs; without a secure context there is no Web Crypto. */
function isSupported(): boolean {
  return "subtle" in crypto && typeof Intl.Segmenter === "function";
}

/** Take the fragment out of the address bar and give it back. */
function takeFragment(): string {
  const fragment = location.hash.slice(1);
  if (location.href.includes("#")) history.replaceState(null, "", location.pathname);
  return fragment;
}

export function arrive(): Arrival {
  const invitation = invitationIn(location.pathname);
  const fragment = takeFragment();
  if (!isSupported()) return { invitation: "", secret: null, model: stopped("unsupported") };
  if (invitation === null) return { invitation: "", secret: null, model: stopped("link_incomplete") };
  const secret = fragment === "" ? keptSecret(invitation) : LinkSecret.parse(fragment);
  if (secret === null) return { invitation, secret, model: stopped("link_incomplete") };
  keepSecret(invitation, secret);
  const seat = keptSeat(invitation);
  return { invitation, secret, model: seat === null ? invited() : returning(seat.ticket, seat.askedAs) };
}
