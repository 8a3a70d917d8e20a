import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import { serve, type Served } from "./secret-stores";

/** What happens to a request that matches. */
export interface Fault {
  /** Matches its method and path. */
  readonly at: RegExp;
  /** Whether the server gets it. */
  readonly when: "before" | "after";
  /** How many that match pass first. */
  readonly skip?: number;
  /** Whether it happens to every later one, too. */
  readonly repeat?: boolean;
  /** The connection is dropped after it, unless it says to pass. */
  readonly act: () => "drop" | Promise<"pass">;
}

/** A proxy that can fail a request. */
export interface Relay extends Served {
  fault: Fault | undefined;
}

/** Sends a request on to another server. */
export async function forward(request: IncomingMessage, url: string): Promise<{ answer: Response; text: string }> {
  const body = await buffer(request);
  const { host: _, connection: __, "transfer-encoding": ___, ...headers } = request.headers;
  const init = { method: request.method ?? "GET", headers: headers as Record<string, string> };
  const answer = await fetch(url, body.length > 0 ? { ...init, body: new Uint8Array(body) } : init);
  return { answer, text: await answer.text() };
}

/** Responds with what {@link forward} returned. */
export function respond(response: ServerResponse, { answer, text }: { answer: Response; text: string }): void {
  const {
    "content-encoding": _,
    "content-length": __,
    "transfer-encoding": ___,
    ...headers
  } = Object.fromEntries(answer.headers);
  response.writeHead(answer.status, headers).end(text);
}

/** Starts a proxy in front of a server. */
export async function startRelay(target: string): Promise<Relay> {
  let passed = 0;
  const strikes = (when: Fault["when"], request: IncomingMessage) => {
    const { fault } = relay;
    const [path] = (request.url ?? "").split("?");
    if (fault?.when !== when || !fault.at.test(`${request.method} ${path}`)) return undefined;
    if (passed++ < (fault.skip ?? 0)) return undefined;
    if (!fault.repeat) relay.fault = undefined;
    return fault.act;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const before = strikes("before", request);
    if (before && (await before()) !== "pass") return request.socket.destroy();
    const forwarded = await forward(request, target + (request.url ?? ""));
    const after = strikes("after", request);
    if (after && (await after()) !== "pass") return request.socket.destroy();
    respond(response, forwarded);
    return undefined;
  };
  const served = await serve((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  let fault: Fault | undefined;
  const relay: Relay = {
    ...served,
    get fault() {
      return fault;
    },
    set fault(next) {
      passed = 0;
      fault = next;
    },
  };
  return relay;
}
