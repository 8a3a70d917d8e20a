/**
 * Swaps the product's transport: requests to Microsoft's two hosts go to the local stand-in; all others are
 * unaffected. Load it before the program: `node --import <this file>`, or NODE_OPTIONS.
 * NEO_STAND_IN_URL names the stand-in, `http://localhost:<port>`; anything but loopback throws.
 *
 * The product sends requests through global `fetch` (jose, MSAL, Graph) and `https.Agent` (openid-client). Both are swapped here,
 * so the product needs no switch and only names https://login.microsoftonline.com and https://graph.microsoft.com.
 */
import https from "node:https";
import net from "node:net";

// The stand-in is local. Empty rather than deleted: Next would take a missing value from a developer's .env.local.
for (const name of ["HTTPS_PROXY", "HTTP_PROXY"]) {
  process.env[name] = "";
  process.env[name.toLowerCase()] = "";
}

const HOSTS = new Set(["login.microsoftonline.com", "graph.microsoft.com"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * @param {string | undefined} text
 * @returns {URL}
 */
function standInUrl(text) {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "http:" || !LOOPBACK.has(url.hostname) || !url.port || url.username || url.password)
    throw new Error(
      "NEO_STAND_IN_URL must be http://localhost:<port>: the Microsoft stand-in runs on this machine only.",
    );
  return url;
}

const standIn = standInUrl(process.env.NEO_STAND_IN_URL);
// The stand-in listens on 127.0.0.1; naming it avoids a DNS lookup.
const address = { host: standIn.hostname === "[::1]" ? "::1" : "127.0.0.1", port: Number(standIn.port) };
const base = `http://${standIn.hostname === "[::1]" ? "[::1]" : "127.0.0.1"}:${address.port}`;

/** @param {string | URL} address */
function rerouted(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.protocol === "https:" && url.port === "" && HOSTS.has(url.hostname)
    ? `${base}${url.pathname}${url.search}`
    : null;
}

const realFetch = globalThis.fetch;
/** @type {typeof globalThis.fetch} */
const standInFetch = (input, init) => {
  const target = rerouted(input instanceof Request ? input.url : input);
  if (target === null) return realFetch(input, init);
  return realFetch(input instanceof Request ? new Request(target, input) : target, init);
};
globalThis.fetch = standInFetch;

/** @typedef {(this: unknown, options: { host?: string | null, port?: number | string | null }, done?: unknown) => unknown} CreateConnection */
// On the prototype, to cover agents created later as well as the global one.
const agents = /** @type {{ createConnection: CreateConnection }} */ (/** @type {unknown} */ (https.Agent.prototype));
const realConnection = agents.createConnection;
/** @type {CreateConnection} */
function connectToStandIn(options, done) {
  if (options.host && HOSTS.has(options.host) && Number(options.port) === 443) return net.connect(address);
  return realConnection.call(this, options, done);
}
agents.createConnection = connectToStandIn;
