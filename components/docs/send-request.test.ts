import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { sendRequest } from "./send-request";

const REQUEST = { url: "/public-api/me", init: { method: "GET", headers: { Authorization: "Bearer secret" } } };

const sent = vi.fn<typeof fetch>();
beforeEach(() => {
  vi.stubGlobal("fetch", sent);
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  sent.mockReset();
});

describe("sendRequest", () => {
  it("never leaves this site, nor sends its cookie", async () => {
    sent.mockResolvedValue(new Response("{}"));
    await sendRequest(REQUEST);
    const init = { ...REQUEST.init, mode: "same-origin", credentials: "omit", redirect: "error", cache: "no-store" };
    expect(sent).toHaveBeenCalledExactlyOnceWith(REQUEST.url, expect.objectContaining(init));
  });

  it("shows status, headers that matter, and the body; a refusal leads to its explanation", async () => {
    const error = { code: "UNAUTHORIZED", doc_url: "https://neo.example/api-reference#error-expired" };
    const headers = { "x-request-id": "r", "retry-after": "7", server: "other" };
    sent.mockResolvedValue(
      new Response(JSON.stringify({ error }), { status: 401, statusText: "Unauthorized", headers }),
    );
    expect(await sendRequest(REQUEST)).toMatchObject({
      status: 401,
      statusText: "Unauthorized",
      headers: [
        ["X-Request-Id", "r"],
        ["Retry-After", "7"],
      ],
      body: JSON.stringify({ error }, null, 2),
      explained: "#error-expired",
    });
  });

  it("shows what isn't JSON as it is, and shortens what is very long", async () => {
    sent.mockResolvedValueOnce(new Response("<html>")).mockResolvedValueOnce(new Response("x".repeat(30_000)));
    expect(await sendRequest(REQUEST)).toMatchObject({ body: "<html>", explained: null });
    expect(((await sendRequest(REQUEST)) as { body: string }).body).toMatch(/^x{20000}…$/);
  });

  it.each([
    ["GET", true, "No response. Try again in a moment."],
    ["POST", true, "No response. The request may have gone through. Try again in a moment."],
    ["POST", false, "You’re offline."],
  ])("says when %s got no response (online: %s)", async (method, onLine, failure) => {
    vi.stubGlobal("navigator", { onLine });
    sent.mockRejectedValue(new TypeError("failed"));
    expect(await sendRequest({ ...REQUEST, init: { ...REQUEST.init, method } })).toEqual({ failure });
  });
});
