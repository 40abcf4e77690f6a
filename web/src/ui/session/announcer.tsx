/** Says politely who came and went: at most one announcement in two seconds, and names once they are opened. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CallEvent, CallModel } from "../../call/model";
import type { Store } from "../../call/store";
import type { Text } from "../../i18n/text";
import { useText } from "../text";
import { nameOf } from "../name";
import { type Announcement, type News, coalesce, newsBetween } from "./news";

const EVERY_MS = 2000;
/** Old news is taken away: whoever reads the page later should not find it. */
const STAYS_MS = 10_000;

function sentence(t: Text, model: CallModel, { kind, seats }: Announcement): string {
  return t(`session-news-${kind}`, { count: seats.length, name: nameOf(t, model, seats[0] ?? "") });
}

export function Announcer({ store }: { readonly store: Store<CallModel, CallEvent> }): VNode {
  const t = useText();
  const [said, setSaid] = useState("");
  const heard = useRef<News[]>([]);
  useEffect(() => {
    const control = new AbortController();
    store.subscribe((model, _event, before) => {
      heard.current.push(...newsBetween(before, model));
    }, control.signal);
    let saidAt = 0;
    const speak = setInterval(() => {
      const told = coalesce(heard.current.splice(0));
      const isOver = store.model().stage.kind === "over";
      if (told.length > 0 && !isOver) {
        saidAt = Date.now();
        setSaid(told.map((one) => sentence(t, store.model(), one)).join(" "));
      } else if (Date.now() - saidAt > STAYS_MS || isOver) setSaid("");
    }, EVERY_MS);
    return () => {
      control.abort();
      clearInterval(speak);
    };
  }, [store, t]);
  return (
    <div role="status" class="unseen">
      {said}
    </div>
  );
}
