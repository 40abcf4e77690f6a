/** `/j/<invitation>`: the participant's pages. The link is read before anything else happens. */
import { type CallEvent, type CallModel } from "../../call/model";
import { runEffects } from "../../call/effects";
import { reduce } from "../../call/reduce";
import { type Store, makeStore } from "../../call/store";
import { aroundLink } from "../../call/surroundings";
import { start } from "../start";
import { arrive } from "./arrival";
import { JoinPage } from "./page";

const { invitation, secret, model } = arrive();
const store: Store<CallModel, CallEvent> = makeStore(model, reduce);
if (secret !== null) runEffects(store, aroundLink(invitation, secret), new AbortController().signal);
// A link that is opened in this very tab changes only the fragment: it is read like any other.
window.addEventListener("hashchange", () => {
  if (location.hash.length > 1) location.reload();
});
start(<JoinPage store={store} invitation={invitation} />);
