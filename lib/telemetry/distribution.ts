/**
 * How many values fell into each of some ranges: what a Prometheus histogram is made of, for the price of two additions. Its
 * own, because prom-client's histogram costs several times as much with each value, and these are taken on the way of a request.
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
