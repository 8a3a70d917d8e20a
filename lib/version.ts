import { version } from "../package.json";

/** This release, as package.json names it. */
export const VERSION = version;
