/** The links of a session, one per person: the newest in full, the others in a list. */
import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type Invitation, ROLES, type Session } from "../../api/answers";
import { invite, revoke } from "../../api/staff";
import { linkTo } from "../../e2ee/link_secret";
import type { SessionKeys } from "../../e2ee/vault";
import type { Role } from "../../protocol/messages";
import { CopyButton, Refusal } from "../notes";
import { useText } from "../text";
import { type Task, useDesk, useTask } from "./desk";
import { Select } from "./select";

interface LinksProps {
  readonly session: Session;
  readonly keys: SessionKeys | null;
  readonly onChange: () => void;
}

export function Links({ session, keys, onChange }: LinksProps): VNode {
  const t = useText();
  const add = useAddLink(session, keys, onChange);
  const [role, setRole] = useState<Role>("participant");
  const first = useRef(true);
  useEffect(() => {
    // A new session starts with one link: it is what the host came for.
    if (first.current && keys !== null && session.mine && session.invitations.length === 0) add.add("participant");
    first.current = false;
  }, []);
  return (
    <section class="card" aria-labelledby="links">
      <h2 id="links">{t("staff-links-title")}</h2>
      <p class="soft small">{t("staff-links-intro")}</p>
      <Newest session={session} keys={keys} />
      <Refusal problem={add.task.problem} />
      {keys === null ? null : (
        <div class="row end">
          <Select label={t("staff-link-role")} value={role} options={ROLES} nameOf={(one) => t(`staff-role-option-${one}`)} onValue={setRole} />
          <button
            type="button"
            aria-disabled={add.task.busy || undefined}
            onClick={() => {
              add.add(role);
            }}
          >
            {t("staff-link-add")}
          </button>
        </div>
      )}
      <ul class="stack close" aria-labelledby="links">
        {session.invitations.map((one, at) => (
          <Item key={one.ref} one={one} number={at + 1} session={session} keys={keys} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}

function useAddLink(session: Session, keys: SessionKeys | null, onChange: () => void): { readonly task: Task; readonly add: (role: Role) => void } {
  const { act, vault } = useDesk();
  const task = useTask();
  const add = (role: Role): void => {
    if (keys === null) return;
    task.run(async () => {
      const made = await act((signal) => invite(session.id, role, signal));
      await (await vault).remember(session.id, made.ref, made.invitation);
      onChange();
    });
  };
  return { task, add };
}

/** The whole link of one invitation, where this browser made it. */
function linkOf(keys: SessionKeys | null, ref: string): string | null {
  const invitation = keys?.invitations[ref];
  return keys === null || invitation === undefined ? null : linkTo(location.origin, invitation, keys.secret);
}

function Newest({ session, keys }: { readonly session: Session; readonly keys: SessionKeys | null }): VNode | null {
  const t = useText();
  const id = useId();
  const newest = session.invitations.findLast(({ role, state, ref }) => role === "participant" && state === "open" && linkOf(keys, ref) !== null);
  const link = newest === undefined ? null : linkOf(keys, newest.ref);
  if (link === null) return session.invitations.length === 0 || keys === null ? null : <p>{t("staff-link-none")}</p>;
  return (
    <div class="field">
      <label for={id}>{t("staff-link")}</label>
      <input
          id={id}
          readOnly
          value={link}
          spellcheck={false}
          onFocus={({ currentTarget }) => {
            currentTarget.select();
          }}
        />
      <div class="row">
        <CopyButton value={link} label={t("staff-link-copy")} tone="main" />
      </div>
    </div>
  );
}

interface ItemProps extends LinksProps {
  readonly one: Invitation;
  readonly number: number;
}

function Item({ one, number, session, keys, onChange }: ItemProps): VNode {
  const t = useText();
  const { act } = useDesk();
  const task = useTask();
  const id = useId();
  const link = linkOf(keys, one.ref);
  const open = one.state === "open";
  const takeBack = (): void => {
    task.run(async () => {
      await act((signal) => revoke(session.id, one.ref, signal));
      onChange();
    });
  };
  return (
    <li class="item">
      <div class="row apart">
        <p id={id}>
          <span class="label">{t("staff-link-item", { role: t(`session-role-${one.role}`), number })}</span>
          <br />
          <span class="soft small">
            {t(`staff-link-state-${one.state}`)}
            {open ? ` · ${t("staff-link-until", { time: t.time(one.expiresAt) })}` : ""}
          </span>
        </p>
        <div class="row">
          {open && link !== null ? <CopyButton value={link} label={t("staff-link-copy")} describedBy={id} /> : null}
          {open || one.state === "used" ? (
            <button type="button" aria-describedby={id} aria-disabled={task.busy || undefined} onClick={takeBack}>
              {t("staff-link-revoke")}
            </button>
          ) : null}
        </div>
      </div>
      {open && link === null ? <p class="soft small">{t("staff-link-elsewhere")}</p> : null}
      <Refusal problem={task.problem} />
    </li>
  );
}
