// Stubs of two secret stores, each with one secret, and of the endpoint that gives programs in Azure their identity.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a stub answers. */
type Reply = readonly [status: number, body: object];
/** Answers one request; undefined for a path that it doesn't have. */
type Answer = (request: IncomingMessage, body: string) => Reply | undefined | Promise<Reply | undefined>;

/** A server of a test, on this machine. */
export interface Served {
  readonly url: string;
  stop(): void;
}

/** Serves on a free port. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Served> {
  const server = createServer(answer);
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

function serveJson(answer: Answer): Promise<Served> {
  return serve((request, response) => {
    const send = ([status, body]: Reply) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    void (async () => send((await answer(request, await text(request))) ?? [404, { errors: [] }]))().catch(() =>
      request.destroy(),
    );
  });
}

/** An API key as the stores keep it. */
export interface Secret {
  key: string;
  keyId: string;
}

/** A stub of a store. */
export interface StoreStub extends Served {
  /** What the integration reads. */
  current(): Secret;
  /** While set, writing is refused as by a missing permission. */
  readOnly: boolean;
}

/** Vault's key-value engine, version 2: `/v1/secret/data/ticket-sync`, with versions and check-and-set. */
export async function startVault(token: string, { key, keyId }: Secret): Promise<StoreStub> {
  const versions = [{ key, key_id: keyId, environment: "production" }];
  const served = await serveJson(({ method, url, headers }, body) => {
    if (headers["x-vault-token"] !== token) return [403, { errors: ["permission denied"] }];
    if (url !== "/v1/secret/data/ticket-sync") return undefined;
    const version = versions.length;
    if (method === "GET") return [200, { data: { data: versions.at(-1), metadata: { version } } }];
    if (stub.readOnly) return [403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }];
    const { options, data } = JSON.parse(body) as { options?: { cas?: number }; data: (typeof versions)[number] };
    if (options?.cas !== undefined && options.cas !== version)
      return [400, { errors: ["check-and-set parameter did not match the current version"] }];
    versions.push(data);
    return [200, { data: { version: version + 1 } }];
  });
  const current = () => {
    const { key = "", key_id = "" } = versions.at(-1) ?? {};
    return { key, keyId: key_id };
  };
  const stub: StoreStub = { ...served, readOnly: false, current };
  return stub;
}

/** Azure Key Vault: `/secrets/ticket-sync?api-version=7.4`, with tags that each write replaces. */
export async function startKeyVault(token: string, { key, keyId }: Secret): Promise<StoreStub> {
  let bundle: { value: string; tags?: Record<string, string> } = { value: key, tags: { key_id: keyId } };
  const served = await serveJson(({ method, url, headers }, body) => {
    if (headers.authorization !== `Bearer ${token}`) return [401, { error: { code: "Unauthorized" } }];
    if (url !== "/secrets/ticket-sync?api-version=7.4") return undefined;
    if (method === "PUT" && stub.readOnly) return [403, { error: { code: "Forbidden" } }];
    if (method === "PUT") bundle = JSON.parse(body) as typeof bundle;
    return [200, bundle];
  });
  const current = () => ({ key: bundle.value, keyId: bundle.tags?.key_id ?? "" });
  const stub: StoreStub = { ...served, readOnly: false, current };
  return stub;
}

/**
 * The endpoint of a managed identity, as in Container Apps: `IDENTITY_ENDPOINT` with `IDENTITY_HEADER`.
 * @param tokens by resource, for the identity with this client id
 */
export function startIdentityEndpoint(
  header: string,
  clientId: string,
  tokens: Readonly<Record<string, string>>,
): Promise<Served> {
  return serveJson(({ url = "", headers }) => {
    const { searchParams } = new URL(url, "http://localhost");
    const resource = searchParams.get("resource") ?? "";
    const token = tokens[resource];
    if (headers["x-identity-header"] !== header || searchParams.get("client_id") !== clientId || token === undefined)
      return [400, { statusCode: 400, message: "No such identity, or no such resource." }];
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    return [200, { access_token: token, expires_on, resource, token_type: "Bearer", client_id: clientId }];
  });
}

/**
 * Microsoft's token endpoint for a workload identity: it exchanges one assertion, in place of a client secret. Everything else
 * is the stand-in's.
 * @param token the access token to issue
 */
export function startTokenExchange(
  standInUrl: string,
  assertion: string,
  token: () => Promise<string>,
): Promise<Served> {
  return serveJson(async ({ method = "GET", url = "" }, body) => {
    if (method === "GET") {
      const answer = await fetch(new URL(url, standInUrl));
      return [answer.status, (await answer.json()) as object];
    }
    const form = new URLSearchParams(body);
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    if (form.get("client_assertion") !== assertion || form.get("client_assertion_type") !== type)
      return [401, { error: "invalid_client", error_description: "AADSTS700213: No matching federated identity." }];
    return [200, { token_type: "Bearer", expires_in: 3600, access_token: await token() }];
  });
}
