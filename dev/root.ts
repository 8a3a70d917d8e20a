import path from "node:path";

/** The checkout's root folder. */
export const ROOT = path.dirname(import.meta.dirname);
