/**
 * One WebSocket connection: opens, keeps the heartbeat, hands over messages, and says once that it is closed.
 *
 * Knows nothing of seats or of reconnecting; `call/effects.ts` decides whether to open another one.
 */
import { decode, encode } from "./codec";
import { type ClientMessage, SUBPROTOCOL, type ServerMessage } from "./messages";
import { Malformed } from "./read";

/** The gateway closes after 30 s of silence; three pings fit in. */
const PING_EVERY_MS = 10_000;
/** Longer than two lost pings, shorter than the gateway's own patience, so that we notice first. */
const SILENCE_MS = 25_000;
/** A half-open attempt on a lost network can hang for minutes. */
const OPEN_WITHIN_MS = 10_000;

/** Close codes that we make ourselves; the gateway's own are in PROTOCOL.md. */
export const CLOSED_BY_SILENCE = 4408;
export const CLOSED_BY_PROTOCOL = 1002;

export interface SocketListener {
  readonly onOpen: () => void;
  readonly onMessage: (message: ServerMessage) => void;
  /** Called exactly once, and nothing is called after it. */
  readonly onClosed: (code: number) => void;
}

export interface Socket {
  readonly send: (message: ClientMessage) => void;
  readonly close: () => void;
}

/** The address of the session protocol on the host that served this page. */
export function socketURL(location: { protocol: string; host: string }): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}

/** Open a connection; it ends with `onClosed`, or silently when `signal` aborts. */
export function openSocket(url: string, listener: SocketListener, signal: AbortSignal): Socket {
  const socket = new WebSocket(url, SUBPROTOCOL);
  let heardAt = Date.now();
  let over = false;

  const finish = (code: number | null): void => {
    if (over) return;
    over = true;
    clearInterval(heartbeat);
    clearTimeout(patience);
    signal.removeEventListener("abort", abort);
    if (socket.readyState <= WebSocket.OPEN) socket.close(1000);
    if (code !== null) listener.onClosed(code);
  };
  const abort = (): void => {
    finish(null);
  };
  const heartbeat = setInterval(() => {
    if (Date.now() - heardAt > SILENCE_MS) finish(CLOSED_BY_SILENCE);
    else if (socket.readyState === WebSocket.OPEN) socket.send(encode({ type: "ping" }));
  }, PING_EVERY_MS);
  const patience = setTimeout(() => {
    if (socket.readyState === WebSocket.CONNECTING) finish(CLOSED_BY_SILENCE);
  }, OPEN_WITHIN_MS);

  signal.addEventListener("abort", abort);
  socket.addEventListener("open", () => {
    heardAt = Date.now();
    if (!over) listener.onOpen();
  });
  socket.addEventListener("close", ({ code }) => {
    finish(code);
  });
  socket.addEventListener("message", ({ data }) => {
    heardAt = Date.now();
    if (over) return;
    try {
      listener.onMessage(decode(String(data)));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      finish(CLOSED_BY_PROTOCOL);
    }
  });
  if (signal.aborted) abort();

  return {
    send: (message) => {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(encode(message));
    },
    close: () => {
      finish(null);
    },
  };
}
