import "server-only";

import type { Agent, AgentOptions, ClientRequest } from "node:http";
import type { Socket } from "node:net";

import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";

import { type ProxySettings, proxyError, proxyFor } from "@/lib/config/outgoing-proxy";

/** How long a proxy may take to connect to the other side: clients begin to count only when they have a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** Connects with a deadline, and says of a failure that it is the proxy's. */
async function connecting(agent: HttpsProxyAgent<string> | HttpProxyAgent<string>, connect: () => Promise<Socket>) {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, CONNECT_TIMEOUT_MS);
  // `connect` reads them before it first waits, so requests side by side keep their own.
  Object.assign(agent.connectOpts, { signal: deadline.signal });
  try {
    return await connect();
  } catch (error) {
    throw proxyError(
      agent.proxy,
      deadline.signal.aborted ? `no answer in ${String(CONNECT_TIMEOUT_MS / 1000)} s` : error,
    );
  } finally {
    clearTimeout(timer);
  }
}

class TunnelAgent extends HttpsProxyAgent<string> {
  override connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    return connecting(this, async () => {
      let status = 200;
      request.once("proxyConnect", (answer: { statusCode: number }) => {
        status = answer.statusCode;
      });
      const socket = await super.connect(request, options);
      if (status === 200) return socket;
      // Otherwise the proxy's refusal would be taken for the other side's answer.
      socket.destroy();
      throw new Error(`it answered ${String(status)} to CONNECT ${String(options.host)}:${String(options.port)}`);
    });
  }
}

class ForwardAgent extends HttpProxyAgent<string> {
  override connect(...request: Parameters<HttpProxyAgent<string>["connect"]>): Promise<Socket> {
    return connecting(this, () => super.connect(...request));
  }
}

/**
 * The agent by which Node's `http` and `https` reach an address, for clients that do not use `fetch`.
 * @returns undefined where no proxy is in between: the client's own agent will do
 */
export function proxiedAgent(address: string, settings: ProxySettings, options: AgentOptions = {}): Agent | undefined {
  const url = new URL(address);
  const proxy = proxyFor(url, settings);
  if (!proxy) return undefined;
  return url.protocol === "https:" ? new TunnelAgent(proxy, options) : new ForwardAgent(proxy, options);
}
