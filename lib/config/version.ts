/** This release, as package.json names it. A copy, because importing that file would put all of it into the server's bundle. */
export const VERSION = "1.0.0";
