/**
 * Lets one read answer all who ask the same while it is under way. Whoever asks joins only a read that was sent after their
 * own request arrived: what they get is always a snapshot taken after that, so this is no cache.
 */
export class SharedRead<Result> {
  readonly #clock: () => number;
  /** The latest read of each key, while it is under way. */
  readonly #underWay = new Map<string, { readonly sentAt: number; readonly result: Promise<Result> }>();

  /** @param clock milliseconds that never run backwards, by which `arrivedAt` is told as well */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * @param key all that the result depends on, the tenant first of all
   * @param arrivedAt when the request arrived for which it is read
   * @param run sends the read at once; what it returns is shared, so nobody may change it
   * @throws what the read failed with, to all who joined it
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
