import { type Call, type Ends, judge, type Verdict } from "./history";
import type { Instance } from "./fleet";

const ANSWER_TIMEOUT_MS = 15_000;

/** Makes calls to a fleet and writes down when each began, ended and what it came to. */
export class Recorder {
  readonly calls: Call[] = [];
  readonly ends = new Map<string, number>();
  readonly #instances: readonly Instance[];

  constructor(instances: readonly Instance[]) {
    this.#instances = instances;
  }

  /** A number of an instance, any of them. */
  anyInstance(): number {
    return Math.floor(Math.random() * this.#instances.length);
  }

  /**
   * Makes one call.
   * @param credential what it presents; the name under which it is written down
   * @param headers how it presents it
   * @param instance the number of the instance
   * @returns the status, 0 where there was no answer
   */
  async call(
    credential: string,
    path: string,
    headers: Record<string, string>,
    instance = this.anyInstance(),
    method = "GET",
  ): Promise<number> {
    const startedAt = performance.now();
    const status = await send(`${this.#instances[instance]?.url ?? ""}${path}`, method, headers);
    this.calls.push({ credential, startedAt, endedAt: performance.now(), status, instance });
    return status;
  }

  /** Says that the answer to the end of a credential is there. */
  ended(credential: string): void {
    this.ends.set(credential, performance.now());
  }

  /** Calls every instance concurrently with one credential. */
  async callAll(credential: string, path: string, headers: Record<string, string>): Promise<void> {
    await Promise.all(this.#instances.map((_, n) => this.call(credential, path, headers, n)));
  }

  verdict(ends: Ends = this.ends): Verdict {
    return judge(this.calls, ends);
  }
}

/** @returns the status, 0 where there was no answer */
async function send(url: string, method: string, headers: Record<string, string>): Promise<number> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(url, { method, headers, redirect: "manual", signal });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    // Its instance was killed; a fault of this program would be of another kind.
    if (error instanceof TypeError || (error as Error).name === "TimeoutError") return 0;
    throw error;
  }
}
