/** The version in package.json; a copy, because importing that file would bundle all of it. */
export const VERSION = "1.0.0";
