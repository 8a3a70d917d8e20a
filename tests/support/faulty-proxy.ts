import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

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
export async function startFaultyProxy(target: string): Promise<{ url: string; stop: () => void }> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const [, folder = "", path = ""] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? "") ?? [];
    const fails = !seen.has(folder);
    seen.add(folder);
    if (fails && folder.startsWith("limited")) {
      response.writeHead(429, { "Content-Type": "application/json", "Retry-After": "2" }).end(LIMITED);
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { host: _, connection: __, ...headers } = request.headers;
      const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
      delete headers["transfer-encoding"];
      const init = { method: request.method ?? "GET", headers: headers as Record<string, string>, body };
      fetch(target + path, init)
        .then(async (answer) => {
          const text = await answer.text();
          if (fails) return request.socket.destroy();
          const { "content-encoding": ___, ...kept } = Object.fromEntries(answer.headers);
          delete kept["content-length"];
          delete kept["transfer-encoding"];
          return response.writeHead(answer.status, kept).end(text);
        })
        .catch(() => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
