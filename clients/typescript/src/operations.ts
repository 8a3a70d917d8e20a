import type { operations, paths } from "./schema.js";

/** What the client calls. The two documents are for tools, which fetch them themselves. */
export type OperationId = Exclude<keyof operations, "getOpenApiDocument" | "getPostmanCollection">;

type Method = "get" | "post" | "put" | "patch" | "delete";
type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** The method and path that the OpenAPI document gives an operation. */
type RouteOf<Id extends OperationId> = {
  [Path in keyof paths]: {
    [M in Method]: Same<paths[Path][M], operations[Id]> extends true ? `${Uppercase<M>} ${Path}` : never;
  }[Method];
}[keyof paths];

/** Where each operation is. It doesn't compile while an operation of the document is missing or elsewhere. */
export const ROUTES: { readonly [Id in OperationId]: RouteOf<Id> } = {
  listAgents: "GET /public-api/agents",
  createAgent: "POST /public-api/agents",
  getAgent: "GET /public-api/agents/{agent_id}",
  updateAgent: "PUT /public-api/agents/{agent_id}",
  deleteAgent: "DELETE /public-api/agents/{agent_id}",
  listApiKeys: "GET /public-api/api-keys",
  createApiKey: "POST /public-api/api-keys",
  getApiKey: "GET /public-api/api-keys/{key_id}",
  updateApiKey: "PUT /public-api/api-keys/{key_id}",
  revokeApiKey: "DELETE /public-api/api-keys/{key_id}",
  rotateApiKey: "POST /public-api/api-keys/{key_id}/rotate",
  getApiKeyUsage: "GET /public-api/api-keys/{key_id}/usage",
  listAuditEvents: "GET /public-api/audit-events",
  getHealth: "GET /public-api/health",
  getMe: "GET /public-api/me",
  getTenant: "GET /public-api/tenant",
};

type JsonOf<Part> = Part extends { content: { "application/json": infer Body } } ? Body : never;
type SuccessOf<Responses> = JsonOf<Responses[Extract<keyof Responses, 200 | 201>]>;

/** The `data` of an operation's response. */
export type DataOf<Id extends OperationId> =
  SuccessOf<operations[Id]["responses"]> extends { data: infer Data } ? Data : never;

/** What a list holds. */
export type ItemOf<Id extends OperationId> = DataOf<Id> extends (infer Item)[] ? Item : never;

/** The query parameters of an operation. */
export type QueryOf<Id extends OperationId> = NonNullable<operations[Id]["parameters"]["query"]>;

/** The request body of an operation. */
export type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: infer Body } ? JsonOf<Body> : never;
