import "server-only";

import { randomUUID } from "node:crypto";
import { type IncomingMessage, Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import { AppError, STATUS } from "@/lib/errors/app-error";
import { failureBody } from "@/lib/http/envelope";
import { MAX_FIELDS } from "@/lib/http/normalize-request";
import { logRefusal } from "@/lib/http/request-log";
import { counts } from "@/lib/telemetry/counts";

/** The refusal of what Node could not read as a request, by the code of its error. */
export function brokenRequest(code: string | undefined): AppError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new AppError("HEADERS_TOO_LARGE", "The address and header fields are larger than 16 KiB.");
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new AppError("REQUEST_TIMEOUT", "The request did not arrive in time.");
  }
  return new AppError("BAD_REQUEST", "This is not a valid HTTP/1.1 request.");
}

/** The whole answer to such a request, as bytes of HTTP: there is no response object to write it. */
export function brokenRequestAnswer(error: AppError, requestId: string): string {
  const status = STATUS[error.code];
  const body = failureBody(error, requestId);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    "Cache-Control: no-store",
    `X-Request-Id: ${requestId}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}

/** Logs a refusal, and sends it as the last thing on this connection. */
function refuse(socket: Socket, error: AppError): void {
  const requestId = randomUUID();
  const address = socket.remoteAddress?.replace(/^::ffff:/i, "");
  logRefusal({ requestId, method: undefined, route: undefined, headers: new Headers(), address }, error);
  counts.answered(STATUS[error.code]);
  socket.end(brokenRequestAnswer(error, requestId));
}

/** Answers and logs what a server cannot read as a request, in the API's envelope, where Node by itself sends a bare status. */
function answerBrokenRequests(server: Server): void {
  server.on("clientError", (cause: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse }) => {
    // A client that hung up, or an answer that is half sent: nothing can be said any more.
    if (cause.code !== "ECONNRESET" && socket.writable && !socket._httpMessage?.headersSent) {
      refuse(socket, brokenRequest(cause.code));
    } else {
      socket.destroy(cause);
    }
  });
  // Without a listener Node closes the connection under a CONNECT, which asks for a proxy.
  server.on("connect", (_: IncomingMessage, socket: Socket) => {
    refuse(socket, new AppError("BAD_REQUEST", "CONNECT is not supported: this server is no proxy."));
  });
}

/** Servers whose broken requests are answered. */
const prepared = new WeakSet<Server>();

/**
 * Makes a server refuse in words what Node would drop or answer bare: header fields beyond the limit, and what is no request.
 * @param message of the channel `net.server.socket`: a server is known only from its connections
 */
export function refuseInWords(message: unknown): void {
  const { socket } = message as { socket: Socket & { server?: unknown; parser?: { maxHeaderPairs: number } } };
  if (!(socket.server instanceof Server)) return;
  const server = socket.server as Server;
  // One more than are let in, so that it is seen that there were more. The first connection has its parser already.
  server.maxHeadersCount = MAX_FIELDS + 1;
  if (socket.parser) socket.parser.maxHeaderPairs = 2 * (MAX_FIELDS + 1);
  if (prepared.has(server)) return;
  prepared.add(server);
  answerBrokenRequests(server);
}
