/**
 * Lets reads that are asked for in one turn of the event loop, and are the same, be one read. A read never joins one that was
 * already sent: what it gets is always a snapshot taken after it was asked, so this is no cache.
 */
export class SharedRead<Result> {
  readonly #waiting = new Map<string, Promise<Result>>();

  /**
   * @param key all that the result depends on, the tenant first of all
   * @param run makes the read; what it returns is shared, so nobody may change it
   */
  get(key: string, run: () => Promise<Result>): Promise<Result> {
    const same = this.#waiting.get(key);
    if (same) return same;
    const read = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#waiting.delete(key);
      return run();
    });
    this.#waiting.set(key, read);
    return read;
  }
}
