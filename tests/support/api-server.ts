// The API's routes behind a real HTTP server, prepared as the application prepares its own.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerOptions } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";

import { normalizeRequest } from "@/lib/http/normalize-request";
import { handleBrokenRequests } from "@/server/broken-request";
import type { Envelope } from "@/tests/support/public-api";
import { dispatch } from "@/tests/support/router";

/** What came over the wire. */
interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Envelope<unknown>;
}

export interface ApiServer {
  /** Sends text as it is, and reads until the connection ends. */
  raw(sent: string): Promise<RawAnswer>;
  /** Sends a request without a body, whose lines are the request's. */
  ask(...lines: string[]): Promise<RawAnswer>;
  stop(): Promise<void>;
}

const look = (message: unknown) => {
  normalizeRequest((message as { request: IncomingMessage }).request);
};

/** @param options of Node's server, such as its timeouts */
export async function startApiServer(options: ServerOptions = {}): Promise<ApiServer> {
  subscribe("http.server.request.start", look);
  const server = createServer(options, (incoming, response) => {
    const headers = new Headers(
      Object.entries(incoming.headers).map<[string, string]>(([name, value]) => [name, String(value)]),
    );
    const { url = "", method = "" } = incoming;
    void dispatch(new Request(`http://localhost${url}`, { method, headers })).then(({ status, headers, text }) => {
      const length = status === 204 ? {} : { "Content-Length": Buffer.byteLength(text) };
      response.writeHead(status, { ...Object.fromEntries(headers), ...length }).end(text);
    });
  }).listen(0, "127.0.0.1");
  server.on("connection", (socket) => handleBrokenRequests(server, socket));
  await once(server, "listening");
  const raw = async (sent: string) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(sent);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    return { status: Number(head.slice(9, 12)), head, body: JSON.parse(body || "{}") as Envelope<unknown> };
  };
  return {
    raw,
    ask: (...lines) => raw(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`),
    stop: async () => {
      unsubscribe("http.server.request.start", look);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
