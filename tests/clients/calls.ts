// A program as a customer would write it, with a generated client and without type assertions: it calls every operation.
// The test compiles it strictly and runs it against a server; it prints its requests, one per line.
import { createClient, createConfig } from "./generated/hey-api/client/index";
import * as neo from "./generated/hey-api/sdk.gen";

const [baseUrl = "", token = ""] = process.argv.slice(2);

/** A client that records what it sends. */
function clientWith(auth: string) {
  const client = createClient(createConfig({ baseUrl, auth }));
  client.interceptors.response.use((response, request) => {
    console.log(`${request.method} ${new URL(request.url).pathname} ${response.status}`);
    return response;
  });
  return client;
}

declare const process: { readonly argv: readonly string[]; exitCode: number };

/** The data of a response. @throws Error for a refusal */
function dataOf<Data>(name: string, { data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(`${name}: ${JSON.stringify(error)}`);
  return data;
}

const admin = clientWith(token);
const issued = dataOf(
  "createApiKey",
  await neo.createApiKey({
    client: admin,
    body: { name: "Generated client", expires_at: "2099-11-01T09:00:00Z" },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  }),
).data;
const integration = clientWith(issued.key);

dataOf("getHealth", await neo.getHealth({ client: integration })).data.status satisfies "ok";
dataOf("getOpenApiDocument", await neo.getOpenApiDocument({ client: integration })).openapi satisfies string;
dataOf("getPostmanCollection", await neo.getPostmanCollection({ client: integration })).item.length satisfies number;
dataOf("getTenant", await neo.getTenant({ client: integration })).data.name satisfies string;
const { credential } = dataOf("getMe", await neo.getMe({ client: integration })).data;
if (credential.kind !== "api_key" || credential.last4 !== issued.key.slice(-4)) throw new Error("getMe: another key");
const person = dataOf("getMe", await neo.getMe({ client: admin })).data.credential;
if (person.kind !== "access_token" || person.role !== "Admin") throw new Error("getMe: not the admin");

const made = dataOf(
  "createAgent",
  await neo.createAgent({
    client: integration,
    body: {
      name: "Service desk",
      autonomy_type: "CONVERSATIONAL",
      trigger_type: "NONE",
      audience: "END_USER",
      agent_settings: { max_steps: 25, nested: [{ any: null }] },
    },
  }),
).data;
// The kind of an agent is read from its type: only this one has an audience.
if (made.autonomy_type !== "CONVERSATIONAL" || made.audience !== "END_USER") throw new Error("createAgent: another");
const path = { agent_id: made.id };
const listed = dataOf(
  "listAgents",
  await neo.listAgents({
    client: integration,
    query: { enabled: "true", autonomy_type: "CONVERSATIONAL", page_size: 200 },
  }),
);
listed.meta.pagination.next_cursor satisfies string | null;
if (!listed.data.some(({ id }) => id === made.id)) throw new Error("listAgents: it is not there");
const patch = { enabled: false, description: null, toolbox: { tools: ["knowledge_base"] } };
const updated = dataOf("updateAgent", await neo.updateAgent({ client: integration, path, body: patch }));
for (const { code, message } of updated.meta.warnings ?? []) throw new Error(`updateAgent: ${code} ${message}`);
const got = dataOf("getAgent", await neo.getAgent({ client: integration, path })).data;
if (got.enabled || got.toolbox === null) throw new Error("updateAgent: nothing changed");
const stale = { "If-Match": '"older"' };
const kept = await neo.updateAgent({ client: integration, path, body: { enabled: true }, headers: stale });
if (kept.error?.error.code !== "PRECONDITION_FAILED") throw new Error("updateAgent: changed in spite of If-Match");
dataOf("deleteAgent", await neo.deleteAgent({ client: admin, path })).data.deleted satisfies true;
const gone = await neo.getAgent({ client: integration, path });
if (gone.error?.error.code !== "NOT_FOUND") throw new Error("deleteAgent: it is still there");
gone.error.error.details?.reason satisfies string | undefined;
if (new URL(gone.error.error.doc_url).hash !== "#error-not_found") throw new Error("getAgent: another page");

const keyPath = { key_id: issued.id };
dataOf("listApiKeys", await neo.listApiKeys({ client: admin, query: { page_size: 1 } })).data[0]?.status satisfies
  string | undefined;
const one = dataOf("getApiKey", await neo.getApiKey({ client: admin, path: keyPath })).data;
if (one.last4 !== issued.key.slice(-4)) throw new Error("getApiKey: another key");
const described = dataOf(
  "updateApiKey",
  await neo.updateApiKey({
    client: admin,
    path: keyPath,
    body: { owner: { email: "team@example.com" }, note: "Nightly." },
  }),
).data;
if (!described.owner || !("email" in described.owner) || described.note !== "Nightly.")
  throw new Error("updateApiKey: nothing changed");
const usage = dataOf(
  "getApiKeyUsage",
  await neo.getApiKeyUsage({ client: admin, path: keyPath, query: { range: "7d" } }),
);
if (usage.data.points.length !== 168) throw new Error("getApiKeyUsage: not seven days");
usage.data.last_use?.client satisfies string | null | undefined;
const successor = dataOf("rotateApiKey", await neo.rotateApiKey({ client: admin, path: keyPath })).data;
const revoked = dataOf("revokeApiKey", await neo.revokeApiKey({ client: admin, path: { key_id: successor.id } })).data;
if (revoked.status !== "revoked") throw new Error("revokeApiKey: it still works");
const events = dataOf(
  "listAuditEvents",
  await neo.listAuditEvents({ client: admin, query: { action: "api_key.revoked" } }),
);
if (events.data[0]?.target.id !== successor.id) throw new Error("listAuditEvents: the revocation is not there");
const oldest = dataOf(
  "listAuditEvents",
  await neo.listAuditEvents({ client: admin, query: { order: "asc", page_size: 1 } }),
);
const after = oldest.meta.pagination.next_cursor ?? undefined;
const second = dataOf(
  "listAuditEvents",
  await neo.listAuditEvents({ client: admin, query: { order: "asc", page_size: 1, after, wait: 5, format: "neo" } }),
);
if (second.data[0]?.previous_hash !== oldest.data[0]?.hash)
  throw new Error("listAuditEvents: not in the order of the chain");
