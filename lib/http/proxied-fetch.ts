import "server-only";

import { Agent, type Dispatcher, Pool, ProxyAgent, setGlobalDispatcher } from "undici";

import { log } from "@/lib/logging/log";
import { type ProxySettings, proxyError, proxyFor } from "@/lib/config/outgoing-proxy";

/** How long a proxy may take to connect to the other side. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Logged here, because MSAL keeps only the message of what `fetch` throws, which is always "fetch failed". */
function failed(proxy: string, why: unknown): Error {
  const error = proxyError(proxy, why);
  log().warn({ reason: error.message }, "a request could not be sent");
  return error;
}

/** undici's connections to a proxy, whose failures say that they are the proxy's. */
function connectionsTo(proxy: string, options: Pool.Options): Pool {
  const pool = new Pool(new URL(proxy).origin, { ...options, headersTimeout: CONNECT_TIMEOUT_MS });
  const connect: (target: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (target: Dispatcher.ConnectOptions) => {
      const answer = await connect(target).catch((error: unknown) => {
        throw failed(proxy, error);
      });
      if (answer.statusCode === 200) return answer;
      answer.socket.on("error", () => undefined).destroy();
      throw failed(proxy, `it answered ${String(answer.statusCode)} to CONNECT ${target.path}`);
    },
  });
}

function agentOf(proxy: string): ProxyAgent {
  const { username, password, origin } = new URL(proxy);
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return new ProxyAgent({
    uri: origin,
    ...(username || password ? { token: `Basic ${Buffer.from(login).toString("base64")}` } : {}),
    // Plain HTTP is forwarded, as proxies expect it; many tunnel to port 443 only.
    proxyTunnel: false,
    clientFactory: (_, options) => connectionsTo(proxy, options),
  });
}

/**
 * Sends every `fetch` of this process, MSAL's and jose's among them, through the proxy that the settings name for its address.
 * Node's own `fetch` takes its connections from the dispatcher that is set here.
 */
export function proxyFetch(settings: ProxySettings): void {
  const agents = new Map<string, ProxyAgent>();
  const known = (proxy: string) => {
    const agent = agents.get(proxy) ?? agentOf(proxy);
    agents.set(proxy, agent);
    return agent;
  };
  const choose: Dispatcher.DispatcherComposeInterceptor = (direct) => (options, handler) => {
    const proxy = options.origin ? proxyFor(new URL(options.origin), settings) : undefined;
    return proxy ? known(proxy).dispatch(options, handler) : direct(options, handler);
  };
  setGlobalDispatcher(new Agent().compose(choose));
}
