import { Agent, type ClientRequest, request } from "node:http";

/** The outcome of the requests on one keep-alive connection. */
export interface Caller {
  answers: number;
  /** Responses received after the signal. */
  answersAfter: number;
  /** The connection's last response said `Connection: close`. */
  closed: boolean;
  /** Failures of requests on an accepted connection. */
  readonly cut: string[];
  /** Wall-clock start of the last successful request. */
  lastUsedAt: number;
}

interface Answered {
  readonly status: number;
  readonly close: boolean;
}

/** Sends a request, reads its response. @throws the connection's error */
function send(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
): { sent: ClientRequest; response: Promise<Answered> } {
  const sent = request(url, { agent, headers });
  const response = new Promise<Answered>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, close: response.headers.connection === "close" }),
      );
      response.resume();
    });
  });
  sent.end();
  return { sent, response };
}

/**
 * Sends requests back to back on one keep-alive connection until the server accepts no new one.
 * @param key sent each time
 * @param isSignalled whether the server was signalled to stop: from then on a new connection may be refused
 * @returns the outcome so far, and a promise of its end
 */
export function callOnOneConnection(
  url: string,
  key: string,
  isSignalled: () => boolean,
): { readonly caller: Readonly<Caller>; readonly ended: Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const caller: Caller = { answers: 0, answersAfter: 0, closed: false, cut: [], lastUsedAt: 0 };
  const ended = (async () => {
    for (;;) {
      const began = Date.now();
      const { sent, response } = send(agent, url, { authorization: `Bearer ${key}` });
      try {
        const { status, close } = await response;
        caller.answers++;
        if (isSignalled()) caller.answersAfter++;
        if (status === 200) caller.lastUsedAt = began;
        else caller.cut.push(`status ${String(status)}`);
        caller.closed = close;
      } catch (error) {
        // A new connection is no longer accepted; a load balancer would try another instance.
        if (sent.reusedSocket || !isSignalled()) caller.cut.push((error as Error).message);
        return;
      }
    }
  })().finally(() => agent.destroy());
  return { caller, ended };
}
