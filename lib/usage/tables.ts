/** Where the usage of one kind of credential is stored (docs/decisions/052, 065). */
export interface UsageTables {
  /** The lines of the log that docs/operations.md explains. */
  readonly messages: { readonly notWritten: string; readonly incomplete: string };
  /** Of its tables, e.g. `key_usage` for `key_usage_hours`. */
  readonly prefix: "key_usage" | "application_usage";
  /** The table of the credentials, and the column that refers to it. */
  readonly credentials: "api_keys" | "applications";
  readonly id: "key_id" | "application_id";
}

export const KEY_USAGE: UsageTables = {
  messages: {
    notWritten: "the usage of keys was not written",
    incomplete: "the usage of keys is incomplete: calls were not counted",
  },
  prefix: "key_usage",
  credentials: "api_keys",
  id: "key_id",
};
export const APPLICATION_USAGE: UsageTables = {
  messages: {
    notWritten: "the usage of applications was not written",
    incomplete: "the usage of applications is incomplete: calls were not counted",
  },
  prefix: "application_usage",
  credentials: "applications",
  id: "application_id",
};
