/** What happened, applied to the model. Pure, and exhaustive on `kind`: the compiler finds the case that was forgotten. */
import type { NoticeCode, Person, SeatChange, ServerMessage, Waiting, Welcome } from "../protocol/messages";
import { type CallEvent, type CallModel, type Cause, type Stage, requestId } from "./model";

/**
 * Why the gateway closed, where that ends the visit. Every other code is a lost connection: we try again.
 *
 * 1000 is not among them: the gateway says "left" or "ended" before it closes so, and Firefox reports 1000 for a socket
 * that it closes itself because the page is being loaded again.
 */
const FINAL_CODES: Readonly<Record<number, Cause>> = {
  1002: "outdated",
  1007: "outdated",
  1009: "outdated",
  4401: "seat_lost",
  4404: "session_closed",
  4406: "outdated",
  4409: "replaced",
  4410: "removed",
};

export function reduce(model: CallModel, event: CallEvent): CallModel {
  switch (event.kind) {
    case "enter":
      return { ...model, stage: { kind: "entering" }, connection: { kind: "idle" }, ticket: null, lastSeq: null };
    case "entered":
      return { ...model, ticket: event.ticket };
    case "entry_refused":
      return over(model, event.cause);
    case "ask":
      return { ...model, stage: { kind: "asking" }, askedAs: event.name, refusal: null };
    case "act":
      return { ...model, refusal: null, pending: new Set([...model.pending, requestId(event.act, event.seat)]) };
    case "leave":
    case "exit":
      return over(model, "left");
    case "dismiss":
      return { ...model, refusal: null };
    case "connect":
      return model.stage.kind === "over" ? model : { ...model, connection: { kind: "connecting", attempt: attemptOf(model) } };
    case "closed":
      return closed(model, event.code);
    case "name":
      return { ...model, names: { ...model.names, [event.seat]: event.name } };
    case "message":
      return model.stage.kind === "over" ? model : said(model, event.message);
  }
}

function attemptOf({ connection }: CallModel): number {
  return connection.kind === "lost" || connection.kind === "connecting" ? connection.attempt : 0;
}

function over(model: CallModel, cause: Cause): CallModel {
  const stage: Stage = model.stage.kind === "over" ? model.stage : { kind: "over", cause };
  return { ...model, stage, connection: { kind: "idle" }, people: [], waiting: [], names: {}, pending: new Set(), lastSeq: null };
}

function closed(model: CallModel, code: number): CallModel {
  if (model.stage.kind === "over") return { ...model, connection: { kind: "idle" } };
  const cause = FINAL_CODES[code];
  if (cause !== undefined) return over(model, cause);
  return { ...model, connection: { kind: "lost", attempt: attemptOf(model) + 1 }, pending: new Set() };
}

function said(model: CallModel, message: ServerMessage): CallModel {
  const heard = "seq" in message ? { ...model, lastSeq: message.seq } : model;
  switch (message.type) {
    case "welcome":
      return welcomed(heard, message);
    case "seat.state":
      return message.seat === heard.ticket?.seat ? ownSeat(heard, message) : otherSeat(heard, message);
    case "lobby.knock":
      return { ...heard, waiting: [...without(heard.waiting, message.waiting.seat), message.waiting] };
    case "lobby.gone":
      return { ...heard, waiting: without(heard.waiting, message.seat) };
    case "session.state":
      if (message.state === "ended") return over(heard, message.cause ?? "session_closed");
      return { ...heard, endsAt: message.endsAt };
    case "notice":
      return noticed(heard, message.code);
    case "done":
      return { ...heard, pending: lessOne(heard.pending, message.id) };
    case "refused":
      return refused(heard, message.id, message.code);
    case "pong":
      return heard;
  }
}

function noticed(model: CallModel, code: NoticeCode): CallModel {
  switch (code) {
    case "audit_back":
      return { ...model, banner: null };
    case "audit_unavailable":
    case "safety_mode":
      return { ...model, banner: code };
    case "ten_minutes_left":
    case "two_minutes_left":
      return { ...model, timeLeft: code };
  }
}

function welcomed(model: CallModel, message: Welcome): CallModel {
  const known: CallModel = {
    ...model,
    connection: { kind: "online" },
    people: message.people,
    waiting: message.waiting,
    endsAt: message.endsAt,
    lastSeq: message.next,
    pending: new Set(),
    // After a gap that could not be bridged, what we were told before may not hold any more.
    banner: message.resumed ? model.banner : null,
  };
  const since = message.people.find(({ seat }) => seat === message.seat)?.since ?? message.serverTime;
  switch (message.state) {
    case "held":
      // The gateway does not know that we asked (it restarted, or we are new): asking is repeated, not the question.
      return { ...known, stage: { kind: model.askedAs === null ? "held" : "asking" } };
    case "waiting":
      return { ...known, stage: { kind: "waiting", since: model.stage.kind === "waiting" ? model.stage.since : since } };
    case "here":
      return { ...known, stage: { kind: "here", since } };
  }
}

function ownSeat(model: CallModel, message: SeatChange): CallModel {
  switch (message.state) {
    case "waiting":
      return { ...model, stage: { kind: "waiting", since: message.since } };
    case "here":
      return { ...otherSeat(model, message), stage: { kind: "here", since: message.since } };
    case "reconnecting":
      return model;
    case "left":
      return over(model, leftBecause(message.reason));
  }
}

function leftBecause(reason: SeatChange["reason"]): Cause {
  switch (reason) {
    case "declined":
    case "removed":
    case "replaced":
      return reason;
    case "session_end":
      return "ended_by_host";
    case "network":
      return "seat_lost";
    case "left":
    case null:
      return "left";
  }
}

function otherSeat(model: CallModel, message: SeatChange): CallModel {
  const waiting = message.state === "waiting" ? model.waiting : without(model.waiting, message.seat);
  const others = without(model.people, message.seat);
  if (message.state !== "here" && message.state !== "reconnecting") return { ...model, waiting, people: others };
  const { seat, role, state, since, nameCt } = message;
  const place = model.people.findIndex((person) => person.seat === seat);
  // Whoever is there keeps the place in the list: nothing moves under a finger.
  const people: readonly Person[] = others.toSpliced(place < 0 ? others.length : place, 0, { seat, role, state, since, nameCt });
  return { ...model, waiting, people };
}

function refused(model: CallModel, id: string | null, code: string): CallModel {
  const stage: Stage = model.stage.kind === "asking" ? { kind: "held" } : model.stage;
  return { ...model, stage, refusal: code, pending: id === null ? model.pending : lessOne(model.pending, id) };
}

function without<T extends Person | Waiting>(list: readonly T[], seat: string): readonly T[] {
  return list.filter((one) => one.seat !== seat);
}

function lessOne(pending: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...pending].filter((other) => other !== id));
}
