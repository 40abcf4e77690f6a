/** Inside the session: who is here, who waits (for staff), and the toolbar. */
import type { ComponentChildren, VNode } from "preact";
import type { CallEvent, CallModel } from "../../call/model";
import { Heading } from "../frame";
import { Refused } from "../notes";
import { useText } from "../text";
import { WaitingList } from "../waiting/list";
import { Banner, ConnectionStatus } from "./connection";
import { People } from "./people";
import { RemoveButton } from "./remove";
import { Toolbar } from "./toolbar";

interface ViewProps {
  readonly model: CallModel;
  readonly dispatch: (event: CallEvent) => void;
  /** Whether this browser holds the session's secret. */
  readonly hasSecret?: boolean;
  /** A host's page has its own heading, and more buttons. */
  readonly heading?: boolean;
  readonly tools?: ComponentChildren;
}

export function SessionView({ model, dispatch, hasSecret = true, heading = true, tools }: ViewProps): VNode {
  const t = useText();
  const staff = model.ticket?.role === "specialist" || model.ticket?.role === "supervisor";
  return (
    <div class="stack">
      {heading ? <Heading>{t("session-title")}</Heading> : null}
      <Banner model={model} staff={staff} />
      <ConnectionStatus model={model} />
      <Refused code={model.refusal} />
      {staff ? (
        <WaitingList
          model={model}
          mayAdmit={hasSecret}
          onAct={(act, seat) => {
            dispatch({ kind: "act", act, seat });
          }}
        />
      ) : null}
      <People
        model={model}
        {...(staff ? { acts: (person, nameId) => <RemoveButton model={model} person={person} nameId={nameId} dispatch={dispatch} /> } : {})}
      />
      <p class="soft small">
        {t("session-media-later")} {model.endsAt === null ? "" : t("until", { time: t.time(model.endsAt) })}
      </p>
      <Toolbar>
        <button
          type="button"
          onClick={() => {
            dispatch({ kind: "leave" });
          }}
        >
          {t("session-leave")}
        </button>
        {tools}
      </Toolbar>
    </div>
  );
}
