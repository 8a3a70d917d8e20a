/**
 * Coalesces identical concurrent reads. A request joins only a read that was sent after the request arrived, so its snapshot is
 * never older than the request: this is no cache.
 */
export class SharedRead<Result> {
  readonly #clock: () => number;
  /** The latest pending read of each key. */
  readonly #underWay = new Map<string, { readonly sentAt: number; readonly result: Promise<Result> }>();

  /** @param clock a monotonic clock in milliseconds, which `arrivedAt` uses too */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * @param key all that the result depends on, the tenant first of all
   * @param arrivedAt when the request arrived
   * @param run sends the read immediately; its result is shared, so callers must not modify it
   * @throws the read's error, for everyone who joined it
   */
  get(key: string, arrivedAt: number, run: () => Promise<Result>): Promise<Result> {
    const last = this.#underWay.get(key);
    if (last && last.sentAt >= arrivedAt) return last.result;
    const read = { sentAt: this.#clock(), result: run() };
    this.#underWay.set(key, read);
    const ended = () => {
      if (this.#underWay.get(key) === read) this.#underWay.delete(key);
    };
    read.result.then(ended, ended);
    return read.result;
  }
}
