const SECOND_MS = 1_000;

/**
 * Limits log lines of each kind per second and reports how many it suppressed, so that a flood or an outage fills no disk. Kinds are
 * never forgotten: they come from a fixed set.
 */
export class LogSampler<Kind extends string> {
  readonly #seconds = new Map<Kind, { readonly startedAt: number; written: number; suppressed: number }>();
  readonly #report: (kind: Kind, suppressed: number) => void;

  /** @param report called once at the end of a second in which lines of a kind were held back */
  constructor(report: (kind: Kind, suppressed: number) => void) {
    this.#report = report;
  }

  /**
   * Whether a line is to be written.
   * @param most how many of this kind are written in one second
   * @param nowMs milliseconds of a clock that never goes back
   */
  admits(kind: Kind, most: number, nowMs: number): boolean {
    let second = this.#seconds.get(kind);
    if (!second || nowMs - second.startedAt >= SECOND_MS) {
      second = { startedAt: nowMs, written: 0, suppressed: 0 };
      this.#seconds.set(kind, second);
    }
    if (second.written < most) {
      second.written++;
      return true;
    }
    const over = second;
    if (over.suppressed++ === 0) setTimeout(() => this.#report(kind, over.suppressed), SECOND_MS).unref();
    return false;
  }
}
