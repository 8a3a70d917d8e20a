/**
 * By how much this process's clock may differ from Microsoft's, in seconds, before a fresh token looks too old or too new. How
 * long anything of ours is valid the database's clock decides.
 */
export const CLOCK_TOLERANCE_S = 15 * 60;
