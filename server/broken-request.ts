import "server-only";

import { randomUUID } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

import { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { failureBody } from "@/lib/http/envelope";
import { logRefusal } from "@/lib/public-api/request-log";
import { counts } from "@/lib/telemetry/counts";

/** The refusal of what Node could not parse as a request, by its error's code. */
function brokenRequest(code: string | undefined): AppError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new AppError("HEADERS_TOO_LARGE", "The address and header fields are larger than 16 KiB.");
  }
  return new AppError("BAD_REQUEST", "This is not a valid HTTP/1.1 request.");
}

/** The whole HTTP response to it: there is no response object that would write it. */
function brokenRequestAnswer(error: AppError, requestId: string): string {
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

/** Logs a refusal, sends it if a response is still possible, and closes the connection. */
function refuse(socket: Socket & { _httpMessage?: ServerResponse }, error: AppError): void {
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const address = socket.remoteAddress?.replace(/^::ffff:/i, "");
  logRefusal({ requestId, method: undefined, route: undefined, headers: new Headers(), address }, error);
  counts.answered(STATUS[error.code]);
  socket.end(brokenRequestAnswer(error, requestId));
}

/** Refuses a request that did not arrive in time, and closes its connection. */
export function refuseSlow(socket: Socket): void {
  refuse(socket, new AppError("REQUEST_TIMEOUT", "The request did not arrive in time."));
}

/** Answers and logs what is no readable request, in the API's envelope, where Node would send a bare status. */
export function answerBrokenRequests(server: Server): void {
  server.on("clientError", (cause: NodeJS.ErrnoException, socket: Socket) => {
    // The client hung up.
    if (cause.code === "ECONNRESET") socket.destroy(cause);
    else refuse(socket, brokenRequest(cause.code));
  });
  // Without a listener Node would close the connection of a CONNECT.
  server.on("connect", (_: IncomingMessage, socket: Socket) => {
    // Node no longer listens to this socket, and an error without a listener would end the process.
    socket.on("error", () => socket.destroy());
    refuse(socket, new AppError("BAD_REQUEST", "CONNECT is not supported: this server is not a proxy."));
  });
}
