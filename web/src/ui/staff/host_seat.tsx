/** The host's own seat: taken when the page opens, kept over a reload, given up with "Leave". */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Session } from "../../api/answers";
import { runEffects } from "../../call/effects";
import { keptSeat } from "../../call/kept";
import { type CallEvent, type CallModel, hosting, returning } from "../../call/model";
import { reduce } from "../../call/reduce";
import { type Store, makeStore } from "../../call/store";
import { aroundSession } from "../../call/surroundings";
import type { LinkSecret } from "../../e2ee/link_secret";
import { isNameShortEnough, tidyName } from "../../e2ee/names";
import { Announcer } from "../session/announcer";
import { ConnectionStatus } from "../session/connection";
import { Refused } from "../notes";
import { Over } from "../session/over";
import { useModel } from "../session/use_store";
import { SessionView } from "../session/view";
import { useText } from "../text";
import { useDesk } from "./desk";

interface HostSeatProps {
  readonly session: Session;
  readonly secret: LinkSecret | null;
  /** Something changed that the server's list of links and seats shows too. */
  readonly onChange: () => void;
  readonly tools: ComponentChildren;
}

function firstModel(session: string, name: string): CallModel {
  const kept = keptSeat(session);
  return kept === null ? hosting(name) : returning(kept.ticket, name);
}

export function HostSeat({ session, secret, onChange, tools }: HostSeatProps): VNode {
  const { me } = useDesk();
  const [round, setRound] = useState(0);
  const tidy = tidyName(me.name);
  const name = isNameShortEnough(tidy) ? tidy : "";
  // The secret is one per session: a re-read of the session brings an equal one, and the seat stays.
  const held = useMemo(() => secret, [secret === null]);
  const store = useMemo(() => makeStore<CallModel, CallEvent>(round === 0 ? firstModel(session.id, name) : hosting(name), reduce), [session.id, round, name]);
  useEffect(() => {
    const control = new AbortController();
    runEffects(store, aroundSession(session.id, held), control.signal);
    store.subscribe((model, event, before) => {
      const moved = model.people.length !== before.people.length || model.waiting.length !== before.waiting.length;
      const over = model.stage.kind === "over" && before.stage.kind !== "over";
      if (moved || over || (event.kind === "message" && event.message.type === "session.state")) onChange();
    }, control.signal);
    return () => {
      control.abort();
    };
  }, [store, session.id, held, onChange]);
  return (
    <div>
      <Seat
        store={store}
        hasSecret={held !== null}
        tools={tools}
        onAgain={() => {
          setRound((last) => last + 1);
        }}
      />
      <Announcer store={store} />
    </div>
  );
}

interface SeatProps {
  readonly store: Store<CallModel, CallEvent>;
  readonly hasSecret: boolean;
  readonly tools: ComponentChildren;
  readonly onAgain: () => void;
}

function Seat({ store, hasSecret, tools, onAgain }: SeatProps): VNode {
  const t = useText();
  const model = useModel(store);
  const { stage } = model;
  if (stage.kind === "here") return <SessionView model={model} dispatch={store.dispatch} hasSecret={hasSecret} heading={false} tools={tools} />;
  if (stage.kind === "held") return <AskAgain model={model} onAsk={() => { store.dispatch({ kind: "ask", name: model.askedAs ?? "" }); }} />;
  if (stage.kind !== "over") return <ConnectionStatus model={model} />;
  if (stage.cause !== "left" && stage.cause !== "seat_lost") return <Over cause={stage.cause} onAgain={onAgain} signInAt="/staff" whole={false} />;
  return (
    <div class="card">
      <h2>{t(`over-${stage.cause}-title`)}</h2>
      <div class="row">
        <button type="button" class="main" onClick={onAgain}>
          {t("staff-session-enter-again")}
        </button>
        {tools}
      </div>
    </div>
  );
}

/** Entering was refused, for instance because the log cannot be written just now. */
function AskAgain({ model, onAsk }: { readonly model: CallModel; readonly onAsk: () => void }): VNode {
  const t = useText();
  return (
    <div class="card">
      <ConnectionStatus model={model} />
      <Refused code={model.refusal} />
      <button type="button" class="main" onClick={onAsk}>
        {t("staff-try-again")}
      </button>
    </div>
  );
}
