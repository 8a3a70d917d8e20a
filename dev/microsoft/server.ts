import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { authorize, pick } from "./authorize";
import { beginDevice, enterUserCode } from "./device-code";
import { discovery, tenantNotFound } from "./discovery";
import { setFaults, type StandInFaults } from "./faults";
import { handleGraph } from "./graph";
import { deviceCodePage, errorPage, signedOutPage } from "./pages";
import { readBody, redirect, sendHtml, sendJson } from "./responses";
import { createState, knownAuthority, type StandInOptions, type StandInState, sweep } from "./state";
import { tokens } from "./token";
import { TokenError } from "./token-error";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const MICROSOFT_HOSTS = new Set(["login.microsoftonline.com", "graph.microsoft.com"]);

export interface StandIn {
  /** `http://localhost:<port>`, the value of NEO_STAND_IN_URL. */
  readonly url: string;
  readonly faults: StandInFaults;
  stop(): Promise<void>;
}

/**
 * Starts a strict local stand-in for Microsoft's sign-in: OpenID Connect as Entra's v2 endpoints implement it, with an
 * account picker instead of passwords. It listens on loopback only, and every page says that it is not Microsoft.
 * @throws Error when `appUrl` is not loopback or the port is taken
 */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const app = new URL(options.appUrl);
  if (!/^https?:$/.test(app.protocol) || !LOOPBACK.has(app.hostname))
    throw new Error(`The Microsoft stand-in serves applications on this machine only; ${options.appUrl} is not one.`);
  const state = await createState(options, app);
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    handle(state, req, res).catch((error: unknown) => {
      if (!res.headersSent)
        sendJson(res, error instanceof SyntaxError ? 400 : 500, {
          error: "server_error",
          error_description: String(error),
        });
    });
  };

  const main = createServer(listener);
  await listen(main, options.port, "127.0.0.1");
  const { port } = main.address() as AddressInfo;
  state.url = `http://localhost:${port}`;
  // A browser may resolve localhost to ::1 first; a machine without IPv6 has no such address.
  const also = createServer(listener);
  let servers = [main];
  try {
    if (await tryListen(also, port)) servers = [main, also];
  } catch (error) {
    main.close();
    throw error;
  }
  return {
    url: state.url,
    faults: state.faults,
    async stop() {
      await Promise.all(
        servers.map(async (server) => {
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

async function handle(state: StandInState, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const host = new URL(`http://${req.headers.host ?? "invalid"}`).hostname;
  if (!LOOPBACK.has(host) && !MICROSOFT_HOSTS.has(host)) return sendJson(res, 421, { error: "not this host" });
  const { pathname, searchParams } = new URL(req.url ?? "/", "http://localhost");
  if (pathname === "/stand-in/faults") return setFaults(state.faults, req, res);
  if (state.faults.down) {
    req.socket.destroy();
    return;
  }
  sweep(state);
  if (pathname === "/stand-in/pick" && req.method === "POST")
    return pick(state, res, new URLSearchParams(await readBody(req)));
  if (pathname.startsWith("/v1.0/") && req.method === "GET")
    return handleGraph(state, req, res, pathname.slice("/v1.0".length), searchParams);
  if (pathname === "/devicelogin" && req.method === "GET") return sendHtml(state, res, 200, deviceCodePage());
  if (pathname === "/devicelogin" && req.method === "POST")
    return enterUserCode(state, res, new URLSearchParams(await readBody(req)));
  const [, authority = "", rest = ""] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  return handleAuthority(state, req, res, { authority, route: `${req.method ?? ""} ${rest}`, query: searchParams });
}

/** The endpoints below an authority: a tenant, `organizations` or `common`. */
async function handleAuthority(
  state: StandInState,
  req: IncomingMessage,
  res: ServerResponse,
  { authority, route, query }: { authority: string; route: string; query: URLSearchParams },
): Promise<void> {
  const known = knownAuthority(authority);
  switch (route) {
    case "GET v2.0/.well-known/openid-configuration":
      return known ? sendJson(res, 200, discovery(state, authority)) : sendJson(res, 400, tenantNotFound(authority));
    case "GET discovery/v2.0/keys":
      return known ? sendJson(res, 200, state.keys) : sendJson(res, 400, tenantNotFound(authority));
    case "GET oauth2/v2.0/authorize":
      return known
        ? authorize(state, res, authority, query)
        : sendHtml(state, res, 400, errorPage("AADSTS90002", `The tenant “${authority}” was not found.`));
    case "GET oauth2/v2.0/logout": {
      const back = query.get("post_logout_redirect_uri");
      return back !== null && state.logoutUris.has(back)
        ? redirect(res, back, {})
        : sendHtml(state, res, 200, signedOutPage(state.appOrigin));
    }
    case "POST oauth2/v2.0/devicecode":
    case "POST oauth2/v2.0/token": {
      if (!known) return sendJson(res, 400, tenantNotFound(authority));
      try {
        const form = new URLSearchParams(await readBody(req));
        const answer = route.endsWith("/token")
          ? await tokens(state, req, authority, form)
          : beginDevice(state, authority, form);
        return sendJson(res, 200, answer);
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        return sendJson(res, error.status, { error: error.code, error_description: error.message });
      }
    }
    default:
      return sendHtml(state, res, 404, errorPage("404", "The stand-in has no such page."));
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function tryListen(server: Server, port: number): Promise<boolean> {
  try {
    await listen(server, port, "::1");
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code)) return false;
    throw error;
  }
}
