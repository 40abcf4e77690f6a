/** What a person is called on the screen: an opened name, or a plain word for why there is none. */
import type { CallModel } from "../call/model";
import type { Text } from "../i18n/text";

export function nameOf(t: Text, model: CallModel, seat: string): string {
  const person = [...model.people, ...model.waiting].find((one) => one.seat === seat);
  const name = model.names[seat];
  if (typeof name === "string") return name;
  if (name === null) return t("session-name-unreadable");
  if (person === undefined) return t("session-no-name");
  return person.nameCt === null ? t(`session-role-${person.role}`) : t("session-name-locked");
}
