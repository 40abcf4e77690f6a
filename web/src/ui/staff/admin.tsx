/** What administrators find here: where accounts are managed, and why not in a browser. */
import type { VNode } from "preact";
import { Heading } from "../frame";
import { useText } from "../text";
import { useTitle } from "./title";

export function AdminHome(): VNode {
  const t = useText();
  useTitle(t("staff-admin-title"));
  return (
    <div class="card narrow">
      <Heading focused={false}>{t("staff-admin-title")}</Heading>
      <p>{t("staff-admin-text")}</p>
      <p class="soft">{t("staff-admin-why")}</p>
    </div>
  );
}
