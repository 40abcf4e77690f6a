import { describe, expect, it, vi } from "vitest";
import { LinkSecret } from "../e2ee/link_secret";
import { NameBook } from "../e2ee/names";
import type { ClientMessage, ServerMessage, Welcome } from "../protocol/messages";
import type { SocketListener } from "../protocol/socket";
import { pauseBefore } from "./backoff";
import { type Surroundings, runEffects } from "./effects";
import { type CallModel, type Cause, type Ticket, hosting, invited, returning } from "./model";
import { reduce } from "./reduce";
import { makeStore } from "./store";

const SECRET = LinkSecret.parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")!;
const TICKET: Ticket = { seat: "st_7Q2M9K4T0BZH", session: "ses_01JD8W6A4K2M", role: "participant", ticket: "t" };
const AT = "2026-11-22T10:10:03.214Z";

const WELCOME: Welcome = {
  type: "welcome", session: TICKET.session, kind: "one_to_one", seat: TICKET.seat, role: "participant", state: "held",
  sessionState: "planned", serverTime: AT, resumed: false, next: 7, people: [], waiting: [], endsAt: null,
};

/** The gateway's side of the conversation, and a record of what was said to it. */
function gateway(start: CallModel, entry: Ticket | Cause = TICKET) {
  const sent: ClientMessage[] = [];
  const line: { listener: SocketListener | null; open: number; closed: number } = { listener: null, open: 0, closed: 0 };
  const kept: (string | null)[] = [];
  const control = new AbortController();
  const store = makeStore(start, reduce);
  let hope = (): void => undefined;
  const around: Surroundings = {
    enter: () => Promise.resolve(entry),
    openSocket: (listener) => {
      line.listener = listener;
      line.open += 1;
      return { send: (message) => sent.push(message), close: () => (line.closed += 1) };
    },
    openNames: (session) => NameBook.open(SECRET, session),
    keep: (_ticket, askedAs) => kept.push(askedAs),
    forget: (cause) => kept.push(`forgot after ${cause}`),
    onHope: (call) => {
      hope = call;
    },
    chance: () => 0,
  };
  runEffects(store, around, control.signal);
  const hear = (message: ServerMessage): void => line.listener?.onMessage(message);
  const settle = (): Promise<void> => vi.waitFor(() => undefined).then(() => new Promise((done) => setTimeout(done, 20)));
  return { store, sent, line, kept, control, hear, settle, hope: () => { hope(); } };
}

describe("one seat", () => {
  it("is taken, greeted, named and given up", async () => {
    const { store, sent, line, kept, hear, settle } = gateway(invited());
    store.dispatch({ kind: "enter" });
    await settle();
    line.listener?.onOpen();
    hear(WELCOME);
    store.dispatch({ kind: "ask", name: "Sam" });
    await settle();
    store.dispatch({ kind: "leave" });

    expect(sent.map(({ type }) => type)).toEqual(["hello", "lobby.ask", "seat.leave"]);
    const ask = sent[1] as Extract<ClientMessage, { type: "lobby.ask" }>;
    const book = await NameBook.open(SECRET, TICKET.session);
    expect(await book.read(ask.nameCt ?? "", TICKET.seat)).toBe("Sam");
    expect([kept, line.closed]).toEqual([[null, "Sam", "forgot after left"], 1]);
  });

  it("is not taken where the server refuses", async () => {
    const { store, line, settle } = gateway(invited(), "link_refused");
    store.dispatch({ kind: "enter" });
    await settle();
    expect([store.model().stage, line.open]).toEqual([{ kind: "over", cause: "link_refused" }, 0]);
  });

  it("is resumed with the last number after the connection was lost, without asking again", async () => {
    const { store, sent, line, hear, settle, hope } = gateway(returning(TICKET, "Sam"));
    line.listener?.onOpen();
    hear({ ...WELCOME, state: "waiting" });
    line.listener?.onClosed(1006);
    hope();
    await settle();
    line.listener?.onOpen();
    hear({ ...WELCOME, state: "waiting", resumed: true });
    await settle();
    expect(sent.map((message) => [message.type, "resume" in message ? message.resume : null])).toEqual([
      ["hello", null], ["lobby.ask", null], ["hello", 7],
    ]);
    expect([line.open, store.model().connection.kind]).toEqual([2, "online"]);
  });

  it.each(["waiting", "here"] as const)("tells its name again to a gateway that was restarted while it was %s", async (state) => {
    const { sent, line, hear, settle, hope } = gateway(returning(TICKET, "Sam"));
    line.listener?.onClosed(1006);
    hope();
    line.listener?.onOpen();
    hear({ ...WELCOME, state });
    await settle();
    const ask = sent[1] as Extract<ClientMessage, { type: "lobby.ask" }>;
    const book = await NameBook.open(SECRET, TICKET.session);
    expect(await book.read(ask.nameCt ?? "", TICKET.seat)).toBe("Sam");
  });

  it("comes back by itself after the pause", async () => {
    vi.useFakeTimers();
    const { line } = gateway(returning(TICKET, "Sam"));
    line.listener?.onClosed(1006);
    await vi.advanceTimersByTimeAsync(pauseBefore(1, 0) - 1);
    expect(line.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(line.open).toBe(2);
    vi.useRealTimers();
  });

  it("does not come back after the end", async () => {
    vi.useFakeTimers();
    const { line } = gateway(returning(TICKET, "Sam"));
    line.listener?.onClosed(4409);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(line.open).toBe(1);
    vi.useRealTimers();
  });

  it("asks for a host as soon as it is welcome, and opens the names it sees", async () => {
    const { store, sent, line, hear, settle } = gateway(hosting("Dana"));
    await settle();
    line.listener?.onOpen();
    const book = await NameBook.open(SECRET, TICKET.session);
    const waiting = [{ seat: "st_000000000001", role: "participant", since: AT, nameCt: await book.seal("Sam", "st_000000000001"), device: "first" }] as const;
    const moved = [{ seat: "st_000000000002", role: "participant", since: AT, nameCt: waiting[0].nameCt, device: "first" }] as const;
    hear({ ...WELCOME, waiting: [...waiting, ...moved] });
    await settle();
    expect(sent.map(({ type }) => type)).toEqual(["hello", "lobby.ask"]);
    expect(store.model().names).toEqual({ st_000000000001: "Sam", st_000000000002: null });
  });

  it("says nothing more once its page is gone", async () => {
    const { store, sent, line, control, settle } = gateway(invited());
    store.dispatch({ kind: "enter" });
    control.abort();
    await settle();
    expect([sent, line.open]).toEqual([[], 0]);
  });
});

describe("the pause before an attempt", () => {
  it("grows, has a limit, and is never the same for all", () => {
    expect([1, 2, 3].map((attempt) => pauseBefore(attempt, 1))).toEqual([800, 1600, 2500]);
    expect([pauseBefore(40, 1), pauseBefore(41, 1), pauseBefore(41, 0)]).toEqual([2500, 12_000, 6_000]);
  });
});
