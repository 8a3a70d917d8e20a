/**
 * How far this process's clock may differ from Microsoft's, in seconds, before a fresh token is refused. Our own expiries use the
 * database's clock.
 */
export const CLOCK_TOLERANCE_S = 15 * 60;
