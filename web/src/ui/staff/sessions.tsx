/** The sessions of this staff member, and "New session". */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { KINDS, type Session } from "../../api/answers";
import { type SessionPlan, createSession, listSessions } from "../../api/staff";
import { LinkSecret } from "../../e2ee/link_secret";
import type { SessionKind } from "../../protocol/messages";
import { Field } from "../field";
import { Heading } from "../frame";
import { Refusal } from "../notes";
import { useText } from "../text";
import { useDesk, useLoad, useTask } from "./desk";
import { Loading } from "./loading";
import { go, hrefOf } from "./route";
import { Select } from "./select";
import { useTitle } from "./title";

const REFRESH_MS = 15_000;
const USUAL_MINUTES = "60";

export function SessionsPage(): VNode {
  const t = useText();
  useTitle(t("staff-sessions-title"));
  const { act, vault } = useDesk();
  const { loaded, reload } = useLoad((signal) => act(async () => listSessions(signal)), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
    };
  }, [reload]);
  useEffect(() => {
    if (loaded.kind !== "ready") return;
    // The secret of a session ends with the session.
    const still = new Set(loaded.value.filter(({ state }) => state !== "ended").map(({ id }) => id));
    void vault.then((kept) => kept.keepOnly(still)).catch(() => undefined); // Tidying can wait for the next visit.
  }, [loaded, vault]);
  return (
    <div class="stack">
      <Heading focused={false}>{t("staff-sessions-title")}</Heading>
      <div class="columns">
        <div class="stack">
          <Loading of={loaded} onAgain={reload} />
          {loaded.kind === "ready" ? <Lists sessions={loaded.value} /> : null}
        </div>
        <NewSession />
      </div>
    </div>
  );
}

function Lists({ sessions }: { readonly sessions: readonly Session[] }): VNode {
  const t = useText();
  const current = sessions.filter(({ state }) => state !== "ended");
  const ended = sessions.filter(({ state }) => state === "ended");
  return (
    <>
      <section class="stack close" aria-labelledby="current">
        <h2 id="current">{t("staff-sessions-current")}</h2>
        {current.length === 0 ? <p class="soft">{t("staff-sessions-none")}</p> : <List of={current} labelledBy="current" />}
      </section>
      {ended.length === 0 ? null : (
        <section class="stack close" aria-labelledby="ended">
          <h2 id="ended">{t("staff-sessions-ended")}</h2>
          <List of={ended} labelledBy="ended" />
        </section>
      )}
    </>
  );
}

function List({ of, labelledBy }: { readonly of: readonly Session[]; readonly labelledBy: string }): VNode {
  return (
    <ul class="stack close" aria-labelledby={labelledBy}>
      {of.map((one) => (
        <Item key={one.id} one={one} />
      ))}
    </ul>
  );
}

function Item({ one }: { readonly one: Session }): VNode {
  const t = useText();
  const here = one.seats.filter(({ state }) => state === "here" || state === "reconnecting").length;
  const waiting = one.seats.filter(({ state }) => state === "waiting").length;
  const when =
    one.endedAt !== null
      ? t("staff-session-ended-at", { time: t.time(one.endedAt) })
      : one.plannedStart !== null
        ? t("staff-session-planned-for", { time: t.time(one.plannedStart) })
        : t("staff-session-created", { time: t.time(one.createdAt) });
  return (
    <li class="item">
      <p class="row">
        <a class="label" href={hrefOf({ page: "session", id: one.id })}>
          {t(`staff-kind-${one.kind}`)}
        </a>
        <span class={one.state === "open" ? "chip good" : "chip"}>{t(`staff-state-${one.state}`)}</span>
        {one.mine ? <span class="chip">{t("staff-session-mine")}</span> : null}
      </p>
      <p class="soft small">
        {when}
        {one.state === "ended" ? "" : ` · ${t("staff-session-people", { count: here })}`}
        {waiting === 0 ? "" : ` · ${t("staff-session-waiting", { count: waiting })}`}
      </p>
    </li>
  );
}

/** The secret is made here, in the host's browser, as soon as the session has an id; it never goes to the server. */
function NewSession(): VNode {
  const t = useText();
  const { act, vault } = useDesk();
  const task = useTask();
  const [kind, setKind] = useState<SessionKind>("one_to_one");
  const [start, setStart] = useState("");
  const [minutes, setMinutes] = useState(USUAL_MINUTES);

  const create = (event: Event): void => {
    event.preventDefault();
    const plan: SessionPlan = {
      kind,
      ...(start === "" ? {} : { planned_start: new Date(start).toISOString() }),
      ...(minutes === "" ? {} : { max_minutes: Number(minutes) }),
    };
    task.run(async () => {
      const made = await act((signal) => createSession(plan, signal));
      await (await vault).put(made.id, { secret: LinkSecret.make(), invitations: {} });
      go({ page: "session", id: made.id });
    });
  };
  return (
    <section class="card" aria-labelledby="new">
      <h2 id="new">{t("staff-new-title")}</h2>
      <form onSubmit={create}>
        <Select label={t("staff-new-kind")} value={kind} options={KINDS} nameOf={(one) => t(`staff-kind-${one}`)} onValue={setKind} />
        <Field label={t("staff-new-start")} hint={t("staff-new-start-hint")} type="datetime-local" value={start} onValue={setStart} />
        <Field label={t("staff-new-minutes")} type="number" min={5} step={5} inputMode="numeric" value={minutes} onValue={setMinutes} />
        <Refusal problem={task.problem} />
        <button type="submit" class="main" aria-disabled={task.busy || undefined}>
          {t("staff-new-session")}
        </button>
      </form>
    </section>
  );
}
