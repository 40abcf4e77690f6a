/** The participant's page: one view for each stage, and the way out always in the same place. */
import type { VNode } from "preact";
import { useCallback, useEffect } from "preact/hooks";
import type { CallEvent, CallModel } from "../../call/model";
import type { Store } from "../../call/store";
import { QuickExit } from "../exit";
import { Frame } from "../frame";
import { Announcer } from "../session/announcer";
import { Banner, ConnectionStatus } from "../session/connection";
import { Over } from "../session/over";
import { SessionView } from "../session/view";
import { useModel } from "../session/use_store";
import { useText } from "../text";
import { WaitingRoom } from "../waiting/room";
import { Before } from "./before";
import { Welcome } from "./welcome";

interface PageProps {
  readonly store: Store<CallModel, CallEvent>;
  readonly invitation: string;
}

export function JoinPage({ store, invitation }: PageProps): VNode {
  const t = useText();
  const model = useModel(store);
  const exit = useCallback(() => {
    store.dispatch({ kind: "exit" });
  }, [store]);
  useEffect(() => {
    document.title = t("page-neutral-title");
  }, [t]);
  const inside = model.stage.kind === "here";
  return (
    <Frame sticky wide={inside} bar={<QuickExit onExit={exit} />}>
      <Stages store={store} model={model} invitation={invitation} />
      <Announcer store={store} />
    </Frame>
  );
}

function Stages({ store, model, invitation }: PageProps & { readonly model: CallModel }): VNode {
  const { stage } = model;
  const leave = (): void => {
    store.dispatch({ kind: "leave" });
  };
  const enter = (): void => {
    store.dispatch({ kind: "enter" });
  };
  switch (stage.kind) {
    case "invited":
    case "entering":
      return <Welcome busy={stage.kind === "entering"} lost={model.connection.kind === "lost"} onContinue={enter} />;
    case "held":
    case "asking":
      return (
        <>
          <Before model={model} onAsk={(name) => { store.dispatch({ kind: "ask", name }); }} />
          {model.connection.kind === "online" ? null : <ConnectionStatus model={model} />}
        </>
      );
    case "waiting":
      return (
        <>
          <Banner model={model} staff={false} />
          <WaitingRoom model={model} since={stage.since} onLeave={leave} />
          <ConnectionStatus model={model} />
        </>
      );
    case "here":
      return <SessionView model={model} dispatch={store.dispatch} />;
    case "over":
      return <Over cause={stage.cause} onAgain={enter} signInAt={`/staff#next=/j/${invitation}`} />;
  }
}
