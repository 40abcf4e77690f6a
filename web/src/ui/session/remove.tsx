/** "Remove" with one question in between: it cannot be undone with the same link. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type CallEvent, type CallModel, requestId } from "../../call/model";
import type { Person } from "../../protocol/messages";
import { Dialog } from "../dialog";
import { useText } from "../text";
import { nameOf } from "../name";

interface RemoveProps {
  readonly model: CallModel;
  readonly person: Person;
  readonly nameId: string;
  readonly dispatch: (event: CallEvent) => void;
}

export function RemoveButton({ model, person, nameId, dispatch }: RemoveProps): VNode | null {
  const t = useText();
  const [asked, setAsked] = useState(false);
  if (person.seat === model.ticket?.seat) return null;
  const busy = model.pending.has(requestId("remove", person.seat));
  const remove = (): void => {
    setAsked(false);
    dispatch({ kind: "act", act: "remove", seat: person.seat });
  };
  return (
    <div class="row">
      <button type="button" aria-describedby={nameId} aria-disabled={busy || undefined} onClick={() => { setAsked(true); }}>
        {t("staff-remove")}
      </button>
      {asked ? (
        <Dialog title={t("staff-remove-sure", { name: nameOf(t, model, person.seat) })} onClose={() => { setAsked(false); }}>
          <p>{t("staff-remove-more")}</p>
          <div class="row">
            <button type="button" class="grave" onClick={remove}>
              {t("staff-remove-yes")}
            </button>
            <button type="button" onClick={() => { setAsked(false); }}>
              {t("staff-cancel")}
            </button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
