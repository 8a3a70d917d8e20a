import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { RENDERED_FOR_FIELD } from "@/lib/auth/rendered-for";

import { ActionAnswerError, pageFetch } from "./page-fetch";

let server: Server;
let origin: string;
let received: IncomingHttpHeaders;
let answer: { status: number; headers: Record<string, string> };
let content: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    received = request.headers;
    response.writeHead(answer.status, answer.headers).end("x");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  vi.stubGlobal("window", { location: { href: `${origin}/agents`, origin } });
  vi.stubGlobal("document", { querySelector: () => content && { content } });
});
afterAll(() => {
  vi.unstubAllGlobals();
  server.close();
});

const RSC = { status: 200, headers: { "content-type": "text/x-component" } };
const send = pageFetch(fetch);
const act = () => send(`${origin}/agents`, { method: "POST", headers: { "Next-Action": "00" }, body: "[]" });

describe("pageFetch", () => {
  it("sends for whom the page was first rendered, even if the page changes later", async () => {
    answer = RSC;
    await send(`${origin}/agents`);
    expect(received[RENDERED_FOR_FIELD]).toBeUndefined();
    for (const id of ["contoso.alice", "fabrikam.ben"]) {
      content = JSON.stringify({ id, organisation: "", name: "" });
      await send(new Request(`${origin}/agents`, { headers: { accept: "text/x-component" } }));
      expect(received[RENDERED_FOR_FIELD]).toBe("contoso.alice");
      expect(received.accept).toBe("text/x-component");
    }
    await act();
    expect(received[RENDERED_FOR_FIELD]).toBe("contoso.alice");
    expect(received["next-action"]).toBe("00");
  });

  it("sends nothing to other sites", async () => {
    answer = RSC;
    await send(origin.replace("127.0.0.1", "localhost"));
    expect(received[RENDERED_FOR_FIELD]).toBeUndefined();
  });

  it.each([
    [404, "text/plain"],
    [403, "text/html"],
    [500, "text/plain"],
    [502, "text/html"],
    [503, "text/x-component"],
    [200, "text/html"],
  ])("an action answered with %i %s fails by its status; another request gets the answer", async (status, type) => {
    answer = { status, headers: { "content-type": type } };
    await expect(act()).rejects.toEqual(new ActionAnswerError(status));
    expect((await send(`${origin}/agents`)).status).toBe(status);
  });

  it.each([301, 302, 303, 307, 308])(
    "an action redirected to another site with %i is not called unanswered",
    async (status) => {
      answer = { status, headers: { location: "http://127.0.0.1:1/" } };
      await expect(act()).rejects.toEqual(new ActionAnswerError(302));
      await expect(send(`${origin}/agents`)).rejects.toThrow(TypeError);
    },
  );

  it("rejects as fetch does when an action gets no response", async () => {
    const lost = pageFetch(() => fetch("http://127.0.0.1:1/"));
    await expect(lost(`${origin}/agents`, { method: "POST", headers: { "Next-Action": "00" } })).rejects.toThrow(
      TypeError,
    );
  });

  it("distinguishes an unknown action from a proxy's 404", async () => {
    answer = { status: 404, headers: { "content-type": "text/plain", "x-nextjs-action-not-found": "1" } };
    await expect(act()).rejects.toEqual(new ActionAnswerError(404, true));
    answer = { status: 404, headers: { "content-type": "text/html" } };
    await expect(act()).rejects.toEqual(new ActionAnswerError(404, false));
  });

  it("leaves an action's own responses to Next", async () => {
    answer = RSC;
    expect((await act()).status).toBe(200);
    answer = { status: 200, headers: { "x-action-redirect": "/agents;push" } };
    expect((await act()).status).toBe(200);
  });
});
