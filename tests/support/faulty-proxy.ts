import { forward, respond } from "./relay";
import { serve, type Served } from "./secret-stores";

/** The refusal of a limit, as the API writes it. */
const LIMITED = JSON.stringify({
  error: { code: "RATE_LIMITED", message: "Too many requests.", details: { reason: "organisation_limit" } },
  meta: {},
});

/**
 * Starts a proxy that fails the first request below each folder, and passes the rest on: `/cut-…` drops the connection
 * when the server has answered, `/limited-…` answers 429 with `Retry-After: 2`.
 * @param target the server's address
 */
export function startFaultyProxy(target: string): Promise<Served> {
  const seen = new Set<string>();
  return serve((request, response) => {
    const [, folder = "", path = ""] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? "") ?? [];
    const fails = !seen.has(folder);
    seen.add(folder);
    if (fails && folder.startsWith("limited")) {
      response.writeHead(429, { "Content-Type": "application/json", "Retry-After": "2" }).end(LIMITED);
      return;
    }
    forward(request, target + path)
      .then((forwarded) => (fails ? request.socket.destroy() : respond(response, forwarded)))
      .catch(() => request.socket.destroy());
  });
}
