// The API behind the product's own HTTP server.
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";

import type { SlowLimits } from "@/server/connections";
import { createPipeline, type Entrances } from "@/server/pipeline";
import type { Envelope } from "@/tests/support/public-api";
import { api } from "@/tests/support/router";

/** A raw response. */
interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Envelope<unknown>;
}

export interface ApiServer {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Sends raw text, and reads until the connection ends. */
  raw(sent: string): Promise<RawAnswer>;
  /** Sends a request without a body, given as its lines. */
  ask(...lines: string[]): Promise<RawAnswer>;
  stop(): Promise<void>;
}

/** Starts the server on a free port. Requests for the dashboard get 418. */
export async function startApiServer(slowLimits?: SlowLimits): Promise<ApiServer> {
  const pages: Entrances["pages"] = (_, response) => {
    response.writeHead(418).end("{}");
    return Promise.resolve();
  };
  const { server } = createPipeline({ api, operator: {}, pages }, slowLimits);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const raw = async (sent: string) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(sent);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    return { status: Number(head.slice(9, 12)), head, body: JSON.parse(body || "{}") as Envelope<unknown> };
  };
  return {
    port,
    raw,
    ask: (...lines) => raw(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
