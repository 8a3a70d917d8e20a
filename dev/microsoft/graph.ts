import type { IncomingMessage, ServerResponse } from "node:http";

import { jwtVerify } from "jose";

import { DIRECTORY_ACCOUNTS, STAND_IN_TENANTS, type StandInAccount } from "./directory";
import type { GraphFaults } from "./faults";
import { sendJson } from "./responses";
import { GRAPH_APP, type StandInState } from "./state";

/** A response from Graph: a status and a body. */
interface GraphAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An application's token for Graph, verified. */
interface GraphCaller {
  readonly tid: string;
  readonly roles: readonly string[];
}

const problem = (status: number, code: string, message: string): GraphAnswer => ({
  status,
  body: { error: { code, message, innerError: {} } },
});
const badRequest = (message: string) => problem(400, "BadRequest", message);

/** A user's properties here; `$select` may name no others. */
const PROPERTIES = ["id", "displayName", "mail", "userPrincipalName", "accountEnabled"];
const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * Handles a Microsoft Graph v1.0 request, as strictly as the real Graph where the product could get it wrong.
 * @param caller null when the bearer token is missing or not Graph's
 * @param path below `/v1.0`
 */
function answerGraph(
  caller: GraphCaller | null,
  path: string,
  query: URLSearchParams,
  headers: { consistencyLevel: string | undefined },
  faults: GraphFaults,
): GraphAnswer {
  if (faults.graphRetryAfter > 0)
    return {
      ...problem(429, "TooManyRequests", "Too many requests"),
      headers: { "Retry-After": String(faults.graphRetryAfter) },
    };
  if (!caller) return problem(401, "InvalidAuthenticationToken", "Access token is empty or not for this audience.");
  const allowed = (permission: string) =>
    caller.roles.includes(permission) && !faults.graphWithoutConsent.includes(caller.tid);
  const denied = problem(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

  if (path === "/organization") {
    if (!allowed("Organization.Read.All")) return denied;
    const tenant = STAND_IN_TENANTS.find(({ id }) => id === caller.tid);
    return { status: 200, body: { value: tenant ? [{ id: tenant.id, displayName: tenant.name }] : [] } };
  }
  const one = new RegExp(`^/users/(${GUID})$`, "i").exec(path)?.[1]?.toLowerCase();
  if (path !== "/users" && one === undefined) return problem(404, "ResourceNotFound", "There is no such resource.");
  if (!allowed("User.Read.All")) return denied;

  const selected = (query.get("$select") ?? "").split(",").filter(Boolean);
  const unknown = selected.find((property) => !PROPERTIES.includes(property));
  if (unknown) return badRequest(`Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`);
  const show = (account: StandInAccount) => {
    const whole: Record<string, unknown> = {
      id: account.oid,
      displayName: account.name,
      mail: account.signInName ? null : account.email,
      userPrincipalName: account.signInName ?? account.email,
      accountEnabled: !faults.disabledAccounts.includes(account.oid),
    };
    // accountEnabled is returned only on request, as in the real Graph.
    const names = selected.length ? selected : PROPERTIES.filter((property) => property !== "accountEnabled");
    return Object.fromEntries(names.map((name) => [name, whole[name]]));
  };
  const everybody = DIRECTORY_ACCOUNTS.filter(
    ({ tid, oid }) => tid === caller.tid && !faults.deletedAccounts.includes(oid),
  );
  if (one !== undefined) {
    const person = everybody.find(({ oid }) => oid === one);
    return person
      ? { status: 200, body: show(person) }
      : problem(404, "Request_ResourceNotFound", `Resource '${one}' does not exist.`);
  }
  const found = filterUsers(everybody, query, headers.consistencyLevel, faults);
  if (!Array.isArray(found)) return found;
  const top = Number(query.get("$top") ?? 100);
  if (!Number.isInteger(top) || top < 1 || top > 999) return badRequest("Invalid page size specified.");
  return { status: 200, body: { value: found.slice(0, top).map(show) } };
}

function filterUsers(
  people: readonly StandInAccount[],
  query: URLSearchParams,
  consistencyLevel: string | undefined,
  faults: GraphFaults,
): StandInAccount[] | GraphAnswer {
  let found = [...people];
  const search = query.get("$search");
  const filter = query.get("$filter");
  const advanced = consistencyLevel === "eventual" && query.get("$count") === "true";
  if (search !== null) {
    if (consistencyLevel !== "eventual")
      return badRequest(
        "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
      );
    const clauses = [...search.matchAll(/"(displayName|mail|userPrincipalName):((?:[^"\\]|\\["\\])*)"/g)];
    if (clauses.map(([clause]) => clause).join(" OR ") !== search)
      return badRequest("Syntax error: character ':' is not valid in $search, or a clause is not in double quotes.");
    // Words match the beginnings of words, as in Graph.
    found = found.filter((person) =>
      clauses.some(([, property, quoted = ""]) => {
        const wanted = quoted
          .replace(/\\(["\\])/g, "$1")
          .toLowerCase()
          .split(/[\s@.]+/)
          .filter(Boolean);
        const words = (property === "displayName" ? person.name : person.email).toLowerCase().split(/[\s@.]+/);
        return wanted.length > 0 && wanted.every((word) => words.some((has) => has.startsWith(word)));
      }),
    );
  }
  if (query.has("$orderby")) {
    if ((search !== null || filter !== null) && !advanced)
      return badRequest("Sorting not supported for current query.");
    found.sort((a, b) => a.name.localeCompare(b.name));
  }
  if (filter === null) return found;
  if (filter === "accountEnabled eq true") return found.filter(({ oid }) => !faults.disabledAccounts.includes(oid));
  const ids = new RegExp(`^id in \\(('${GUID}'(?:,'${GUID}')*)\\)$`, "i").exec(filter)?.[1]?.split(",");
  if (!ids) return badRequest("Invalid filter clause");
  if (ids.length > 15)
    return badRequest("Too many child clauses specified in search filter expression containing 'OR' operators.");
  return found.filter(({ oid }) => ids.includes(`'${oid}'`));
}

/** Handles a request to Graph. @param path below `/v1.0` */
export async function handleGraph(
  state: StandInState,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  if (state.faults.graphDown) {
    req.socket.destroy();
    return;
  }
  if (state.faults.graphSilent) return;
  const consistencyLevel = req.headers.consistencylevel;
  const asked = { consistencyLevel: typeof consistencyLevel === "string" ? consistencyLevel : undefined };
  const answer = answerGraph(await graphCaller(state, req), path, query, asked, state.faults);
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  sendJson(res, answer.status, answer.body);
}

/** The caller of Graph: an application with a token that this stand-in issued for Graph. */
async function graphCaller(state: StandInState, req: IncomingMessage): Promise<GraphCaller | null> {
  const bearer = /^Bearer (\S+)$/.exec(req.headers.authorization ?? "")?.[1];
  if (!bearer) return null;
  try {
    const verify = { audience: GRAPH_APP, algorithms: ["RS256"], currentDate: new Date(state.clock()) };
    const { payload } = await jwtVerify(bearer, state.publicKey, verify);
    const { tid, idtyp, roles } = payload;
    return idtyp === "app" && typeof tid === "string"
      ? { tid, roles: Array.isArray(roles) ? roles.map(String) : [] }
      : null;
  } catch {
    return null;
  }
}
