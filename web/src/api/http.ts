/** One request to our own server: JSON out, JSON in, every refusal a `Problem`. */
import { Malformed, type Reader } from "../protocol/read";
import { Problem, problemFrom } from "./problem";

/** Long enough for a password hash behind a queue, short enough that nobody waits in the dark. */
const PATIENCE_MS = 20_000;

export type Method = "GET" | "POST" | "DELETE";

async function answerTo(method: Method, path: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
  const request: RequestInit = { method, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]), cache: "no-store" };
  if (method === "POST") {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body ?? {});
  }
  try {
    return await fetch(path, request);
  } catch (cause) {
    // Our own abort is not a problem to show; everything else means that no answer came.
    signal.throwIfAborted();
    throw Object.assign(new Problem("unreachable", 0), { cause });
  }
}

/** Ask, and give the successful answer back as it is. Raises `Problem`. */
export async function fetchAnswer(method: Method, path: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
  const response = await answerTo(method, path, body, signal);
  if (response.ok) return response;
  const said = await response.json().catch(() => null) as unknown;
  throw problemFrom(response.status, said, response.headers.get("Retry-After"));
}

/** Ask, and read the answer. Raises `Problem`. */
export async function fetchJSON<T>(method: Method, path: string, body: object | undefined, reader: Reader<T>, signal: AbortSignal): Promise<T> {
  const response = await fetchAnswer(method, path, body, signal);
  try {
    return reader(await response.json(), path);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Malformed || cause instanceof SyntaxError) throw Object.assign(new Problem("unexpected", response.status), { cause });
    throw cause;
  }
}
