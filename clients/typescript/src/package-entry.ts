// The entry point of the package.
export { NeoClient, type NeoClientOptions } from "./client.js";
export type { Credential, TokenCredential } from "./credential.js";
export { NeoError, type NeoErrorCode } from "./error.js";
export type { List, Page } from "./list.js";
export type { BodyOf, DataOf, OperationId, QueryOf } from "./operations.js";
export type { components, operations } from "./schema.js";
export type { CallOptions, ChangeOptions, CreateOptions, ResponseInfo, Warning } from "./transport.js";
