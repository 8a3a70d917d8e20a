// A program that uses the packed TypeScript client. The test compiles it strictly against the installed package and runs it:
// `node packed.js <server> <access token of an admin> <faulty proxy>`. It prints a line of JSON for each thing it finds.
import { NeoClient, NeoError, type TokenCredential, type Warning } from "neo-front-door-client";

declare const process: { readonly argv: readonly string[] };

const [baseUrl = "", accessToken = "", proxy = ""] = process.argv.slice(2);
const report = (what: string, holds: boolean, seen?: unknown) => console.log(JSON.stringify({ what, holds, seen }));

/** What a call fails with. */
async function failureOf(call: Promise<unknown>): Promise<NeoError> {
  const error: unknown = await call.then(
    () => new Error("it succeeded"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NeoError) return error;
  throw error;
}

let asked = 0;
const azure: TokenCredential = {
  getToken: (scopes) => {
    asked++;
    if (scopes !== "api://neo/access") throw new Error("another scope");
    return Promise.resolve({ token: accessToken, expiresOnTimestamp: Date.now() + 3_600_000 });
  },
};
const admin = new NeoClient({ baseUrl, credential: azure, scope: "api://neo/access" });
const [person, organisation] = await Promise.all([admin.me(), admin.tenant()]);
const isAdmin = person.credential.kind === "access_token" && person.credential.role === "Admin";
report("a credential of @azure/identity is asked once for its token", isAdmin && asked === 1, { asked, organisation });

const warnings: Warning[] = [];
const issued = await admin.apiKeys.create({ name: "Packed client" });
const neo = new NeoClient({ baseUrl, credential: issued.key, onWarning: (warning) => warnings.push(warning) });

const made: string[] = [];
for (const name of ["Packed 1", "Packed 2", "Packed 3"])
  made.unshift((await neo.agents.create({ name, autonomy_type: "AGENTIC", trigger_type: "NONE" })).id);
const listed: string[] = [];
for await (const agent of neo.agents.list({ q: "Packed", page_size: 2 })) listed.push(agent.id);
let pages = 0;
for await (const page of neo.agents.list({ q: "Packed", page_size: 2 }).pages()) pages += page.data.length > 0 ? 1 : 0;
report("a list is iterated across its pages", listed.join() === made.join() && pages === 2, { listed, made, pages });

const [first = "", ...rest] = made;
let etag = "";
const updated = await neo.agents.update(
  first,
  { enabled: false, toolbox: { tools: ["search"] } },
  { onResponse: ({ headers }) => (etag = headers.get("etag") ?? "") },
);
const stale = await failureOf(neo.agents.update(first, { enabled: true }, { ifMatch: '"older"' }));
const deleted = await neo.agents.delete(first, { ifMatch: etag });
const gone = await failureOf(neo.agents.get(first));
for (const id of rest) await neo.agents.delete(id);
report(
  "an agent is created, changed under its ETag, and deleted",
  !updated.enabled && stale.code === "PRECONDITION_FAILED" && deleted.deleted && gone.status === 404,
  { updated, stale, gone },
);

const invalid = await failureOf(neo.agents.create({ name: "", autonomy_type: "AGENTIC", trigger_type: "NONE" }));
report("a 422 has the wrong fields", invalid.status === 422 && invalid.details.fields?.name !== undefined, invalid);

const successor = await admin.apiKeys.rotate(issued.id);
await neo.me();
await neo.tenant();
const [rotated, ...more] = warnings;
const told = rotated?.code === "key_rotated" && rotated.works_until !== undefined && more.length === 0;
report("the warning of a rotated key is reported once", told, warnings);

await admin.apiKeys.revoke(issued.id);
const revoked = await failureOf(neo.me());
const printed = `${revoked.stack ?? ""}${JSON.stringify(revoked)}${JSON.stringify(neo)}`;
report(
  "a revoked key is a NeoError with status, code, reason and request id, and without the key",
  revoked.status === 401 &&
    revoked.code === "UNAUTHORIZED" &&
    revoked.reason === "revoked" &&
    revoked.requestId !== undefined &&
    !printed.includes(issued.key.slice(12)),
  printed,
);

const credential = () => Promise.resolve(successor.key);
const cut = new NeoClient({ baseUrl: `${proxy}/cut-1`, credential });
let replayed: string | null = null;
const once = await cut.agents.create(
  { name: "Cut off", autonomy_type: "AGENTIC", trigger_type: "NONE" },
  { onResponse: ({ headers }) => (replayed = headers.get("idempotency-replayed")) },
);
const direct = new NeoClient({ baseUrl, credential });
const copies: string[] = [];
for await (const { id } of direct.agents.list({ q: "Cut off" })) copies.push(id);
report(
  "a creation whose connection drops is repeated, and creates one agent",
  replayed === "true" && copies.join() === once.id,
  { replayed, copies },
);
await direct.agents.delete(once.id);
const fragile = new NeoClient({ baseUrl: `${proxy}/cut-2`, credential, maxRetries: 0 });
const lost = await failureOf(fragile.me());
const again = await fragile.me();
const withoutRetries = lost.code === "NO_RESPONSE" && lost.status === undefined && again.credential.kind === "api_key";
report("without retries a dropped connection is NO_RESPONSE", withoutRetries, lost);

const began = Date.now();
await new NeoClient({ baseUrl: `${proxy}/limited-1`, credential }).me();
const waited = Date.now() - began;
report("a 429 is repeated after its Retry-After", waited >= 2_000 && waited < 6_000, { waited });
const aborted: unknown = await new NeoClient({ baseUrl: `${proxy}/limited-2`, credential })
  .me({ signal: AbortSignal.timeout(300) })
  .catch((error: unknown) => error);
report(
  "a signal ends the wait for a retry",
  aborted instanceof DOMException && aborted.name === "TimeoutError",
  aborted,
);
await direct.apiKeys
  .list()
  .pages()
  .next()
  .then(
    () => report("an API key can't list keys", false),
    (error: unknown) =>
      report("an API key can't list keys", error instanceof NeoError && error.reason === "key_not_allowed"),
  );
await admin.apiKeys.revoke(successor.id);

let cursor = "";
const followed: number[] = [];
for await (const { data, nextCursor } of admin.auditEvents.follow({ page_size: 3, wait: 1 }).pages()) {
  followed.push(...data.map(({ seq }) => seq));
  cursor = nextCursor ?? "";
  if (data.length === 0) break;
}
const inOrder = followed.length > 3 && followed.every((seq, n) => seq === n + 1);
const follow = async (client: NeoClient, after: string) => {
  for await (const event of client.auditEvents.follow({ after })) return event;
  return undefined;
};
const next = [
  follow(admin, cursor),
  follow(new NeoClient({ baseUrl: `${proxy}/cut-3`, credential: accessToken }), cursor),
];
await new Promise((resolve) => setTimeout(resolve, 500));
const created = await admin.agents.create({ name: "Followed", autonomy_type: "AGENTIC", trigger_type: "NONE" });
const events = await Promise.all(next);
await admin.agents.delete(created.id);
report(
  "the audit log is followed from a cursor, and an event arrives while the server is asked, also when the connection drops",
  inOrder && events.every((event) => event?.target.id === created.id && event.seq === followed.length + 1),
  { followed: followed.length, events },
);
const startedAt = Date.now();
const endless = async () => {
  const pages = admin.auditEvents.follow({ after: cursor }, { signal: AbortSignal.timeout(500) }).pages();
  for await (const { nextCursor } of pages) cursor = nextCursor ?? "";
};
const ended: unknown = await endless().catch((error: unknown) => error);
report(
  "a signal ends following",
  ended instanceof DOMException && ended.name === "TimeoutError" && Date.now() - startedAt < 3_000,
  ended,
);

const stranger = new NeoClient({ baseUrl, credential: `neo_sk_prod_${"x".repeat(24)}`, maxRetries: 0 });
const refusals = await Promise.all(Array.from({ length: 310 }, () => failureOf(stranger.me())));
const limited = refusals.find(({ status }) => status === 429);
const seconds = limited?.retryAfter ?? 0;
report(
  "the server's own 429 has its reason and its Retry-After",
  limited?.reason === "address_limit" && seconds >= 1 && seconds <= 60,
  limited,
);
