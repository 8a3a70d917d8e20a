/** A call; times in milliseconds on the caller's single clock. */
export interface Call {
  /** What it presented: a key, a token or a cookie. */
  readonly credential: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The status; 0 where there was no answer, as the instance was killed. */
  readonly status: number;
  readonly instance: number;
}

/** The time from which a credential must be refused: when its end was acknowledged. */
export type Ends = ReadonlyMap<string, number>;

/** What a history shows. */
export interface Verdict {
  /** Calls that began after the end of their credential and were let in: there may be none. */
  readonly violations: readonly Call[];
  /** Calls that were let in before, and calls that began after: without both kinds nothing was tried. */
  readonly acceptedBefore: number;
  readonly startedAfter: number;
  /** Calls after the end that were refused as they must be, with 401 or 403 (a page: a redirect). */
  readonly refusedAfter: number;
}

const accepted = ({ status }: Call) => status >= 200 && status < 300;
const refused = ({ status }: Call) => (status > 300 && status < 400) || status === 401 || status === 403;

/**
 * Looks for calls that were let in although they began after their credential's end was acknowledged (docs/api.md, "Revocation": any
 * integration still using it stops working immediately). Calls in progress at that time may end either way.
 */
export function judge(calls: readonly Call[], ends: Ends): Verdict {
  const after = calls.filter((call) => call.startedAt > (ends.get(call.credential) ?? Infinity));
  const before = calls.filter((call) => call.endedAt < (ends.get(call.credential) ?? -Infinity));
  return {
    violations: after.filter(accepted),
    acceptedBefore: before.filter(accepted).length,
    startedAfter: after.length,
    refusedAfter: after.filter(refused).length,
  };
}
