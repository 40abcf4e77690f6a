import { describe, expect, it } from "vitest";
import { type CallModel, invited } from "../../call/model";
import type { Person, Waiting } from "../../protocol/messages";
import { coalesce, newsBetween } from "./news";

const person = (seat: string, state: Person["state"] = "here"): Person => ({ seat, role: "participant", state, since: "", nameCt: null });
const waiting = (seat: string): Waiting => ({ seat, role: "participant", since: "", nameCt: null, device: "first" });
const room = (people: Person[], lobby: Waiting[] = []): CallModel => ({
  ...invited(),
  stage: { kind: "here", since: "" },
  ticket: { seat: "me", session: "s", role: "specialist", ticket: "t" },
  people,
  waiting: lobby,
});

describe("news", () => {
  it.each([
    ["somebody came", room([person("me")]), room([person("me"), person("a")]), [{ kind: "came", seat: "a" }]],
    ["somebody went", room([person("me"), person("a")]), room([person("me")]), [{ kind: "went", seat: "a" }]],
    ["somebody was lost", room([person("a")]), room([person("a", "reconnecting")]), [{ kind: "lost", seat: "a" }]],
    ["somebody is back", room([person("a", "reconnecting")]), room([person("a")]), [{ kind: "back", seat: "a" }]],
    ["somebody knocks", room([]), room([], [waiting("b")]), [{ kind: "knock", seat: "b" }]],
    ["we came back ourselves", room([person("me", "reconnecting")]), room([person("me")]), []],
    ["we just came in", { ...room([]), stage: { kind: "waiting", since: "" } as const }, room([person("a")]), []],
  ])("%s", (_what, before, after, expected) => {
    expect(newsBetween(before, after)).toEqual(expected);
  });
});

describe("announcements", () => {
  it("count people instead of naming each", () => {
    expect(coalesce([{ kind: "came", seat: "a" }, { kind: "came", seat: "b" }, { kind: "came", seat: "c" }])).toEqual([{ kind: "came", seats: ["a", "b", "c"] }]);
  });

  it("do not tell what was undone meanwhile", () => {
    expect(coalesce([{ kind: "lost", seat: "a" }, { kind: "back", seat: "a" }])).toEqual([]);
    expect(coalesce([{ kind: "came", seat: "a" }, { kind: "went", seat: "a" }])).toEqual([]);
  });

  it("tell only the last of what happened to one person", () => {
    expect(coalesce([{ kind: "knock", seat: "a" }, { kind: "came", seat: "a" }])).toEqual([{ kind: "came", seats: ["a"] }]);
  });
});
