/** Where the keys page lives. */
export const API_KEYS_PATH = "/roles-access/api-keys";

/** Where the members are. */
export const MEMBERS_PATH = "/roles-access/members";

/** Who did what. */
export const AUDIT_LOG_PATH = "/roles-access/audit-log";

/** The first page of everybody. */
export const AGENTS_PATH = "/agents";

/** How to make a first request. */
export const QUICKSTART_PATH = "/quickstart";

/** Every endpoint, from the OpenAPI document. */
export const API_REFERENCE_PATH = "/api-reference";

/** One's own sessions. */
export const SESSIONS_PATH = "/account/sessions";
