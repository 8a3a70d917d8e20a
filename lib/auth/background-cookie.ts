/** Set by a page around a refresh of its own, so that the server does not take it for a person's (lib/auth/background.ts). */
export const BACKGROUND_COOKIE = "neo-background";
