/** Where the keys page lives. */
export const API_KEYS_PATH = "/roles-access/api-keys";

/** The first page of everybody. */
export const AGENTS_PATH = "/agents";
