/** Set by a page during an automatic refresh, so that the server doesn't count it as user activity (lib/auth/background.ts). */
export const BACKGROUND_COOKIE = "neo-background";
