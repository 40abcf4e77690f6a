/** A refusal over HTTP, as RFC 9457 says it. People read a sentence chosen by `code`; `detail` is for staff. */

export class Problem extends Error {
  override name = "Problem";

  constructor(
    /** Stable and snake_case, or one of ours: `unreachable` (no answer) and `unexpected` (an answer we cannot read). */
    readonly code: string,
    readonly status: number,
    readonly more: { readonly detail?: string; readonly reason?: string; readonly retryAfterS?: number } = {},
  ) {
    super(code);
  }
}

/** The problem in an error answer. A proxy may answer with a page of its own: then only the status is known. */
export function problemFrom(status: number, body: unknown, retryAfter: string | null): Problem {
  const source = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const { code, detail, reason } = source;
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return new Problem(typeof code === "string" ? code : codeOf(status), status, {
    ...(typeof detail === "string" ? { detail } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...(seconds === undefined ? {} : { retryAfterS: seconds }),
  });
}

function codeOf(status: number): string {
  if (status === 429) return "too_many_attempts";
  return status >= 500 ? "unreachable" : "unexpected";
}
