import { afterEach, describe, expect, it, vi } from "vitest";
import { text } from "../protocol/read";
import { fetchJSON } from "./http";
import { Problem, problemFrom } from "./problem";

describe("a refusal", () => {
  it("keeps its code, its reason and how long to wait", () => {
    const problem = problemFrom(422, { type: "urn:sotto:error:password_rejected", status: 422, code: "password_rejected", detail: "Too short.", reason: "too_short" }, "30");
    expect([problem.code, problem.status, problem.more]).toEqual(["password_rejected", 422, { detail: "Too short.", reason: "too_short", retryAfterS: 30 }]);
  });

  it.each([
    [502, null, null, "unreachable"],
    [503, "<html>", null, "unreachable"],
    [429, {}, "7", "too_many_attempts"],
    [404, [], null, "unexpected"],
    [403, { code: 7 }, "soon", "unexpected"],
  ])("of a proxy, status %i, is %s", (status, body, retryAfter, code) => {
    expect(problemFrom(status, body, retryAfter).code).toBe(code);
  });
});

describe("a request", () => {
  const { signal } = new AbortController();
  const answer = (make: () => Promise<Response>) => {
    const asked = vi.fn<typeof fetch>(make);
    vi.stubGlobal("fetch", asked);
    return asked;
  };
  const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => "answered", (error: unknown) => (error instanceof Problem ? error.code : String(error)));
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("sends JSON with POST, and nothing with GET and DELETE", async () => {
    const asked = answer(() => Promise.resolve(Response.json("ok")));
    for (const method of ["POST", "GET", "DELETE"] as const) await fetchJSON(method, "/x", method === "POST" ? { a: 1 } : undefined, text, signal);
    expect(asked.mock.calls.map(([, init]) => [init?.method, init?.headers, init?.body])).toEqual([
      ["POST", { "Content-Type": "application/json" }, '{"a":1}'],
      ["GET", undefined, undefined],
      ["DELETE", undefined, undefined],
    ]);
  });

  it.each([
    ["without a network", () => Promise.reject(new TypeError("Failed to fetch")), "unreachable"],
    ["that the server refuses", () => Promise.resolve(Response.json({ code: "session_full" }, { status: 409 })), "session_full"],
    ["that a proxy refuses", () => Promise.resolve(new Response("<html>", { status: 502 })), "unreachable"],
    ["answered with something else", () => Promise.resolve(Response.json({ no: "text" })), "unexpected"],
    ["answered with no JSON", () => Promise.resolve(new Response("<html>")), "unexpected"],
  ])("%s", async (_what, make, code) => {
    answer(make);
    expect(await codeOf(fetchJSON("GET", "/x", undefined, text, signal))).toBe(code);
  });

  it("that we gave up ourselves is no problem to show", async () => {
    const control = new AbortController();
    answer(() => Promise.reject(new DOMException("gone", "AbortError")));
    control.abort();
    expect(await codeOf(fetchJSON("GET", "/x", undefined, text, control.signal))).toContain("AbortError");
  });
});
