// The addresses of the dashboard's pages.
export const API_KEYS_PATH = "/roles-access/api-keys";
export const MEMBERS_PATH = "/roles-access/members";
export const APPLICATIONS_PATH = "/roles-access/applications";
export const AUDIT_LOG_PATH = "/roles-access/audit-log";
export const AGENTS_PATH = "/agents";
export const QUICKSTART_PATH = "/quickstart";
export const API_REFERENCE_PATH = "/api-reference";
export const SESSIONS_PATH = "/account/sessions";
/** What the command palette asks; not a page. */
export const COMMAND_PALETTE_PATH = "/command-palette";
