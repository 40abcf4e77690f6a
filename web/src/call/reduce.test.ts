import { describe, expect, it } from "vitest";
import type { Person, ServerMessage, Waiting, Welcome } from "../protocol/messages";
import { type CallEvent, type CallModel, type Ticket, hosting, invited, requestId, returning, stopped } from "./model";
import { reduce } from "./reduce";

const AT = "2026-11-22T10:10:03.214Z";
const LATER = "2026-11-22T10:12:00.000Z";
const mine: Ticket = { seat: "st_ME", session: "ses_1", role: "participant", ticket: "t" };
const dana: Person = { seat: "st_DANA", role: "specialist", state: "here", since: AT, nameCt: "d" };
const sam: Waiting = { seat: "st_SAM", role: "participant", since: AT, nameCt: "s", device: "first" };

const welcome = (over: Partial<Welcome> = {}): Welcome => ({
  type: "welcome",
  session: "ses_1",
  kind: "one_to_one",
  seat: mine.seat,
  role: "participant",
  state: "held",
  sessionState: "planned",
  serverTime: AT,
  resumed: false,
  next: 7,
  people: [],
  waiting: [],
  endsAt: null,
  ...over,
});

const said = (message: ServerMessage): CallEvent => ({ kind: "message", message });
const play = (start: CallModel, ...events: CallEvent[]): CallModel => events.reduce(reduce, start);

const seatState = (seat: string, state: "waiting" | "here" | "reconnecting" | "left", reason: "left" | "network" | "removed" | "declined" | "session_end" | "replaced" | null = null): CallEvent =>
  said({ type: "seat.state", seq: 9, seat, role: "participant", state, reason, nameCt: null, since: LATER });

const inside = play(returning(mine, "Sam"), said(welcome({ state: "here", people: [dana, { ...dana, seat: mine.seat }] })));

describe("the way in", () => {
  it("goes link, seat, question, waiting room, session", () => {
    const stages: string[] = [];
    const events: CallEvent[] = [
      { kind: "enter" },
      { kind: "entered", ticket: mine },
      { kind: "connect" },
      said(welcome()),
      { kind: "ask", name: "Sam" },
      seatState(mine.seat, "waiting"),
      seatState(mine.seat, "here"),
    ];
    events.reduce((model, event) => {
      const next = reduce(model, event);
      stages.push(next.stage.kind);
      return next;
    }, invited());
    expect(stages).toEqual(["entering", "entering", "entering", "held", "asking", "waiting", "here"]);
  });

  it("asks again by itself when the gateway forgot that we asked", () => {
    expect(play(returning(mine, "Sam"), said(welcome())).stage).toEqual({ kind: "asking" });
    expect(play(returning(mine, null), said(welcome())).stage).toEqual({ kind: "held" });
  });

  it("asks for a host without a question", () => {
    expect(play(hosting("Dana"), { kind: "entered", ticket: mine }, said(welcome())).stage).toEqual({ kind: "asking" });
  });

  it("goes back to the question when asking is refused", () => {
    const model = play(invited(), { kind: "ask", name: "Sam" }, said({ type: "refused", id: "ask", code: "audit_unavailable", detail: "" }));
    expect(model.stage).toEqual({ kind: "held" });
    expect(model.refusal).toBe("audit_unavailable");
  });

  it("keeps since when somebody waits over a lost connection", () => {
    const waiting = play(returning(mine, "Sam"), said(welcome()), seatState(mine.seat, "waiting"));
    const back = play(waiting, { kind: "closed", code: 1006 }, { kind: "connect" }, said(welcome({ state: "waiting", serverTime: "2026-11-22T11:00:00.000Z" })));
    expect(back.stage).toEqual({ kind: "waiting", since: LATER });
  });

  it("ends where the link is refused", () => {
    expect(play(invited(), { kind: "enter" }, { kind: "entry_refused", cause: "link_refused" }).stage).toEqual({ kind: "over", cause: "link_refused" });
  });
});

describe("the connection", () => {
  it("counts attempts and starts again at zero after a welcome", () => {
    const twice = play(inside, { kind: "closed", code: 1006 }, { kind: "connect" }, { kind: "closed", code: 4408 });
    expect(twice.connection).toEqual({ kind: "lost", attempt: 2 });
    expect(twice.stage.kind).toBe("here");
    expect(play(twice, { kind: "connect" }, said(welcome({ state: "here" }))).connection).toEqual({ kind: "online" });
  });

  it.each([
    [1002, "outdated"],
    [1007, "outdated"],
    [4401, "seat_lost"],
    [4404, "session_closed"],
    [4406, "outdated"],
    [4409, "replaced"],
    [4410, "removed"],
  ])("code %i ends the visit: %s", (code, cause) => {
    expect(play(inside, { kind: "closed", code }).stage).toEqual({ kind: "over", cause });
  });

  it.each([1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4408])("code %i is tried again", (code) => {
    expect(play(inside, { kind: "closed", code }).connection.kind).toBe("lost");
  });

  it("keeps the first cause: what came before the close says more", () => {
    const model = play(inside, seatState(mine.seat, "left", "declined"), { kind: "closed", code: 4410 });
    expect(model.stage).toEqual({ kind: "over", cause: "declined" });
  });

  it("remembers the last number that survives a resume", () => {
    expect(inside.lastSeq).toBe(7);
    expect(play(inside, seatState("st_X", "here")).lastSeq).toBe(9);
    expect(play(inside, said({ type: "pong", serverTime: AT })).lastSeq).toBe(7);
  });
});

describe("the people", () => {
  it("come, lose the connection without losing their place, and go", () => {
    const two = play(inside, seatState("st_A", "here"), seatState("st_B", "here"), seatState("st_A", "reconnecting"));
    expect(two.people.map(({ seat, state }) => [seat, state])).toEqual([
      ["st_DANA", "here"],
      ["st_ME", "here"],
      ["st_A", "reconnecting"],
      ["st_B", "here"],
    ]);
    expect(play(two, seatState("st_A", "left", "network")).people.map(({ seat }) => seat)).toEqual(["st_DANA", "st_ME", "st_B"]);
  });

  it("are not waiting any more once they are here", () => {
    const model = play(inside, said({ type: "lobby.knock", seq: 8, waiting: sam }));
    expect(model.waiting).toEqual([sam]);
    expect(play(model, seatState("st_SAM", "here")).waiting).toEqual([]);
    expect(play(model, said({ type: "lobby.gone", seq: 9, seat: "st_SAM" })).waiting).toEqual([]);
  });

  it("who knock twice wait once", () => {
    const again: Waiting = { ...sam, device: "same_link" };
    const model = play(inside, said({ type: "lobby.knock", seq: 8, waiting: sam }), said({ type: "lobby.knock", seq: 9, waiting: again }));
    expect(model.waiting).toEqual([again]);
  });

  it("who wait do not show to others as here", () => {
    expect(play(inside, seatState("st_SAM", "waiting")).people).toEqual(inside.people);
  });
});

describe("acts", () => {
  const asked = play(inside, { kind: "act", act: "admit", seat: "st_SAM" });
  const id = requestId("admit", "st_SAM");

  it("are under way until they are answered", () => {
    expect([...asked.pending]).toEqual([id]);
    expect(play(asked, said({ type: "done", id })).pending.size).toBe(0);
  });

  it("say why they were refused, until dismissed", () => {
    const refused = play(asked, said({ type: "refused", id, code: "not_waiting", detail: "" }));
    expect([refused.pending.size, refused.refusal]).toEqual([0, "not_waiting"]);
    expect(play(refused, { kind: "dismiss" }).refusal).toBeNull();
  });

  it("are forgotten with the connection: the welcome tells the truth", () => {
    expect(play(asked, { kind: "closed", code: 1006 }).pending.size).toBe(0);
  });

  it("carry an id that the protocol allows", () => {
    expect(requestId("remove", "st_7Q2M9K4T0BZH")).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});

describe("the end", () => {
  it.each(["ended_by_host", "limit", "expired"] as const)("of the session by %s", (cause) => {
    expect(play(inside, said({ type: "session.state", seq: 9, state: "ended", cause, endsAt: null })).stage).toEqual({ kind: "over", cause });
  });

  it.each([
    ["removed", "removed"],
    ["declined", "declined"],
    ["replaced", "replaced"],
    ["session_end", "ended_by_host"],
    ["network", "seat_lost"],
    ["left", "left"],
    [null, "left"],
  ] as const)("of our seat by %s", (reason, cause) => {
    expect(play(inside, seatState(mine.seat, "left", reason)).stage).toEqual({ kind: "over", cause });
  });

  it.each(["leave", "exit"] as const)("by our own %s leaves no name in the model", (kind) => {
    const model = play(inside, { kind: "name", seat: "st_DANA", name: "Dana" }, { kind });
    expect(model.stage).toEqual({ kind: "over", cause: "left" });
    expect([model.names, model.people, model.waiting]).toEqual([{}, [], []]);
  });

  it("is not undone by a late message", () => {
    const over = play(inside, { kind: "leave" });
    expect(play(over, seatState(mine.seat, "here"), { kind: "connect" }).stage).toEqual(over.stage);
  });

  it("can be followed by a new entry", () => {
    expect(play(stopped("unreachable"), { kind: "enter" }).stage).toEqual({ kind: "entering" });
  });
});

describe("the banner", () => {
  it("is not hidden by the time, nor the time by the banner", () => {
    const both = play(inside, said({ type: "notice", seq: 9, code: "safety_mode" }), said({ type: "notice", seq: 10, code: "ten_minutes_left" }));
    expect([both.banner, both.timeLeft]).toEqual(["safety_mode", "ten_minutes_left"]);
  });

  it("is forgotten after a gap that could not be bridged", () => {
    const warned = play(inside, said({ type: "notice", seq: 9, code: "audit_unavailable" }));
    expect(play(warned, said(welcome({ state: "here", resumed: true }))).banner).toBe("audit_unavailable");
    expect(play(warned, said(welcome({ state: "here", resumed: false }))).banner).toBeNull();
  });

  it("stays until the log is back", () => {
    const warned = play(inside, said({ type: "notice", seq: 9, code: "audit_unavailable" }));
    expect(warned.banner).toBe("audit_unavailable");
    expect(play(warned, said({ type: "notice", seq: 10, code: "audit_back" })).banner).toBeNull();
  });
});
