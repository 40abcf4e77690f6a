/**
 * Everything that takes time for one seat: taking it, the connection and its return, sealing and opening names.
 *
 * Listens to the store; whatever it finds out comes back as an event. Nothing else in `call/` waits.
 */
import type { NameBook } from "../e2ee/names";
import { type ClientMessage, VERSION } from "../protocol/messages";
import type { Socket, SocketListener } from "../protocol/socket";
import { pauseBefore } from "./backoff";
import { type CallEvent, type CallModel, type Cause, type SeatAct, type Ticket, requestId } from "./model";
import type { Store } from "./store";

/** What the effects need from outside, so that a test can play the gateway. */
export interface Surroundings {
  /** Take the seat. Answers the ticket, or why there is none. */
  readonly enter: (signal: AbortSignal) => Promise<Ticket | Cause>;
  readonly openSocket: (listener: SocketListener, signal: AbortSignal) => Socket;
  /** The names of a session, or null in a browser that was not given its secret. */
  readonly openNames: (session: string) => Promise<NameBook> | null;
  /** Remember the seat over a reload. */
  readonly keep: (ticket: Ticket, askedAs: string | null) => void;
  /** Forget what a reload would need: the visit is over. */
  readonly forget: (cause: Cause) => void;
  /** Call back when it is worth trying at once, for instance when the network returned. */
  readonly onHope: (call: () => void, signal: AbortSignal) => void;
  readonly chance: () => number;
}

const SEAT_ACTS: Readonly<Record<SeatAct, "lobby.admit" | "lobby.deny" | "seat.remove">> = {
  admit: "lobby.admit",
  deny: "lobby.deny",
  remove: "seat.remove",
};

/** Run the effects of `store` until `signal` aborts. */
export function runEffects(store: Store<CallModel, CallEvent>, around: Surroundings, signal: AbortSignal): void {
  new Effects(store, around, signal).start();
}

class Effects {
  readonly #store: Store<CallModel, CallEvent>;
  readonly #around: Surroundings;
  readonly #signal: AbortSignal;
  #socket: Socket | null = null;
  #names: Promise<NameBook> | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The ciphertext each name was opened from, so that a repeated state costs nothing. */
  readonly #opened = new Map<string, string>();

  constructor(store: Store<CallModel, CallEvent>, around: Surroundings, signal: AbortSignal) {
    this.#store = store;
    this.#around = around;
    this.#signal = signal;
  }

  start(): void {
    this.#store.subscribe((model, event, before) => {
      this.#after(model, event, before);
    }, this.#signal);
    this.#signal.addEventListener("abort", () => {
      clearTimeout(this.#retry);
    });
    this.#around.onHope(() => {
      this.#tryNow();
    }, this.#signal);
    const { stage, ticket } = this.#store.model();
    if (stage.kind !== "entering") return;
    if (ticket === null) void this.#enter();
    else this.#connect();
  }

  #after(model: CallModel, event: CallEvent, before: CallModel): void {
    switch (event.kind) {
      case "enter":
        this.#hangUp();
        void this.#enter();
        break;
      case "entered":
        this.#keep(model);
        this.#connect();
        break;
      case "ask":
        this.#keep(model);
        void this.#ask(event.name);
        break;
      case "act":
        this.#send({ type: SEAT_ACTS[event.act], seat: event.seat, id: requestId(event.act, event.seat) });
        break;
      case "leave":
      case "exit":
        this.#send({ type: "seat.leave" });
        break;
      case "closed":
        this.#socket = null;
        if (model.connection.kind === "lost") this.#retryLater(model.connection.attempt);
        break;
      case "message":
        if (event.message.type === "welcome") this.#askAgain(model, event.message.resumed);
        this.#openNames(model);
        break;
      case "entry_refused":
      case "connect":
      case "name":
      case "dismiss":
        break;
    }
    if (model.stage.kind === "over" && before.stage.kind !== "over") {
      this.#hangUp();
      this.#around.forget(model.stage.cause);
    }
  }

  async #enter(): Promise<void> {
    const answer = await this.#around.enter(this.#signal);
    if (this.#signal.aborted) return;
    this.#store.dispatch(typeof answer === "string" ? { kind: "entry_refused", cause: answer } : { kind: "entered", ticket: answer });
  }

  #keep({ ticket, askedAs }: CallModel): void {
    if (ticket !== null) this.#around.keep(ticket, askedAs);
  }

  #connect(): void {
    const { ticket, lastSeq, stage } = this.#store.model();
    if (ticket === null || stage.kind === "over" || this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.#names ??= this.#around.openNames(ticket.session);
    this.#store.dispatch({ kind: "connect" });
    const socket = this.#around.openSocket(
      {
        onOpen: () => {
          const hello = { type: "hello", seat: ticket.seat, ticket: ticket.ticket, version: VERSION } as const;
          socket.send(lastSeq === null ? hello : { ...hello, resume: lastSeq });
        },
        onMessage: (message) => {
          this.#store.dispatch({ kind: "message", message });
        },
        onClosed: (code) => {
          this.#store.dispatch({ kind: "closed", code });
        },
      },
      this.#signal,
    );
    this.#socket = socket;
  }

  #retryLater(attempt: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#connect();
    }, pauseBefore(attempt, this.#around.chance()));
  }

  #tryNow(): void {
    if (this.#store.model().connection.kind === "lost") this.#connect();
  }

  #hangUp(): void {
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = null;
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(message);
  }

  /** A gateway that does not resume us may have been restarted, and then it has lost our name. Asking twice is asking once. */
  #askAgain({ stage, askedAs }: CallModel, resumed: boolean): void {
    if (stage.kind === "asking" || (!resumed && askedAs !== null)) void this.#ask(askedAs ?? "");
  }

  /** The name is sealed for this seat: after a new seat it is sealed again. */
  async #ask(name: string): Promise<void> {
    const seat = this.#store.model().ticket?.seat;
    const book = this.#names === null ? null : await this.#names;
    if (seat === undefined) return;
    const nameCt = book === null || name === "" ? null : await book.seal(name, seat);
    const { stage, ticket } = this.#store.model();
    if (stage.kind !== "over" && ticket?.seat === seat) this.#send({ type: "lobby.ask", nameCt, id: "ask" });
  }

  #openNames(model: CallModel): void {
    if (this.#names === null) return;
    for (const { seat, nameCt } of [...model.people, ...model.waiting]) {
      if (nameCt === null || this.#opened.get(seat) === nameCt) continue;
      this.#opened.set(seat, nameCt);
      void this.#openName(this.#names, seat, nameCt);
    }
  }

  async #openName(names: Promise<NameBook>, seat: string, nameCt: string): Promise<void> {
    const name = await (await names).read(nameCt, seat);
    if (!this.#signal.aborted && this.#opened.get(seat) === nameCt) this.#store.dispatch({ kind: "name", seat, name });
  }
}
