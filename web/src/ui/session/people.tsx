/** Region "People": one group per person, named by the display name. */
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import type { CallModel } from "../../call/model";
import type { Person } from "../../protocol/messages";
import { useText } from "../text";
import { nameOf } from "../name";

interface PeopleProps {
  readonly model: CallModel;
  /** What can be done about a person; nothing for participants. */
  readonly acts?: (person: Person, nameId: string) => ComponentChildren;
}

export function People({ model, acts }: PeopleProps): VNode {
  const t = useText();
  const id = useId();
  return (
    <section class="stack close" aria-labelledby={id}>
      <div class="row apart">
        <h2 id={id}>{t("session-people")}</h2>
        <p class="soft small">{t("session-people-count", { count: model.people.length })}</p>
      </div>
      <div class="people">
        {model.people.map((person) => (
          <PersonTile key={person.seat} model={model} person={person} acts={acts} />
        ))}
      </div>
    </section>
  );
}

function PersonTile({ model, person, acts }: { readonly model: CallModel; readonly person: Person; readonly acts: PeopleProps["acts"] }): VNode {
  const t = useText();
  const id = useId();
  const name = nameOf(t, model, person.seat);
  const role = t(`session-role-${person.role}`);
  const you = person.seat === model.ticket?.seat ? `(${t("session-you")})` : "";
  const away = person.state === "reconnecting";
  return (
    <div class="person" role="group" aria-labelledby={id} data-seat={person.seat}>
      <p>
        <bdi class="name" id={id}>
          {name}
        </bdi>
        <span class="soft small">
          {name === role ? "" : ` · ${role}`} {you}
        </span>
      </p>
      <p class={away ? "state away small" : "state small"}>
        {t(`session-state-${person.state}`)} <span class="soft">{away ? "" : t("since", { time: t.time(person.since) })}</span>
      </p>
      {acts?.(person, id)}
    </div>
  );
}
