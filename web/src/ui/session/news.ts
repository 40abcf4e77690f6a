/** What changed among the people, told in as few sentences as possible. Pure. */
import type { CallModel } from "../../call/model";

export type NewsKind = "came" | "went" | "lost" | "back" | "knock";

export interface News {
  readonly kind: NewsKind;
  readonly seat: string;
}

/** What another person would want to hear between two models. Our own coming and going is not news to us. */
export function newsBetween(before: CallModel, after: CallModel): readonly News[] {
  if (before.stage.kind !== "here" || after.stage.kind !== "here") return [];
  const own = after.ticket?.seat;
  const was = new Map(before.people.map((person) => [person.seat, person.state]));
  const is = new Map(after.people.map((person) => [person.seat, person.state]));
  const waited = new Set(before.waiting.map(({ seat }) => seat));
  return [
    ...after.people.flatMap(({ seat, state }): News[] => {
      const earlier = was.get(seat);
      if (earlier === undefined) return [{ kind: "came", seat }];
      if (earlier === state) return [];
      return [{ kind: state === "here" ? "back" : "lost", seat }];
    }),
    ...before.people.filter(({ seat }) => !is.has(seat)).map(({ seat }): News => ({ kind: "went", seat })),
    ...after.waiting.filter(({ seat }) => !waited.has(seat)).map(({ seat }): News => ({ kind: "knock", seat })),
  ].filter(({ seat }) => seat !== own);
}

export interface Announcement {
  readonly kind: NewsKind;
  readonly seats: readonly string[];
}

/** One announcement for everybody who came, one for everybody who went; what was undone meanwhile is not told. */
export function coalesce(news: readonly News[]): readonly Announcement[] {
  const last = new Map<string, NewsKind>();
  for (const { kind, seat } of news) {
    const earlier = last.get(seat);
    const undone = (earlier === "lost" && kind === "back") || (earlier === "came" && kind === "went");
    if (undone) last.delete(seat);
    else last.set(seat, kind);
  }
  const told: Announcement[] = [];
  for (const kind of ["knock", "came", "went"] as const) {
    const seats = [...last].filter(([, of]) => of === kind).map(([seat]) => seat);
    if (seats.length > 0) told.push({ kind, seats });
  }
  for (const [seat, kind] of last) if (kind === "lost" || kind === "back") told.push({ kind, seats: [seat] });
  return told;
}
