/**
 * Counts values by range, as a Prometheus histogram does, at the cost of two additions. prom-client's own histogram costs several times
 * as much per value, and these are observed on the request path.
 */
export class Distribution {
  /** The upper end of each range but the last, ascending; a value on it is in the range. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let range = 0;
    while (value > (this.bounds[range] ?? Infinity)) range++;
    this.#counts[range] = (this.#counts[range] ?? 0) + 1;
    this.#sum += value;
  }

  /** How many values were at most each bound, then how many there were; and their sum. */
  read(): { readonly atMost: readonly number[]; readonly count: number; readonly sum: number } {
    const atMost: number[] = [];
    let count = 0;
    for (const inRange of this.#counts) atMost.push((count += inRange));
    return { atMost: atMost.slice(0, -1), count, sum: this.#sum };
  }
}
