/** The way around the staff pages: the views of this role, and the way out. */
import type { VNode } from "preact";
import { signOut } from "../../api/staff";
import { useText } from "../text";
import { useDesk, useTask } from "./desk";
import { type Route, hrefOf, useRoute } from "./route";

const HOME = { specialist: "staff-nav-sessions", supervisor: "staff-nav-sessions", compliance: "staff-nav-compliance", admin: "staff-nav-account" } as const;

export function Nav(): VNode {
  const t = useText();
  const { me, signedOut } = useDesk();
  const route = useRoute();
  const task = useTask();
  const home: Route = me.role === "compliance" ? { page: "compliance" } : { page: "home" };
  const atHome = route.page !== "security";
  const leave = (): void => {
    task.run(async (signal) => {
      await signOut(false, signal);
      signedOut("signed_out");
    });
  };
  return (
    <nav class="row nav" aria-label={t("staff-nav")}>
      <a href={hrefOf(home)} aria-current={atHome ? "page" : undefined}>
        {t(HOME[me.role])}
      </a>
      <a href={hrefOf({ page: "security" })} aria-current={atHome ? undefined : "page"}>
        {t("staff-nav-security")}
      </a>
      <span class="who small soft">
        {me.name === "" ? null : (
          <>
            <bdi>{me.name}</bdi> ·{" "}
          </>
        )}
        {t(`staff-role-${me.role}`)}
      </span>
      <button type="button" class="bare" onClick={leave}>
        {t("staff-sign-out")}
      </button>
    </nav>
  );
}
