/** The outcome of one request; times in milliseconds on the caller's clock. */
export interface Answer {
  /** 0 where there was none: the connection broke, or nothing came in time. */
  readonly status: number;
  readonly startedAt: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly text: string;
  /** Nothing came in time: worse than a connection that breaks. */
  readonly hung: boolean;
}

/** Far beyond every bound: a request that takes this long hangs. */
const HANG_MS = 25_000;

/** Asks, and reads the answer to its end; follows no redirect. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(HANG_MS) });
    const text = await response.text();
    const ms = performance.now() - startedAt;
    return {
      status: response.status,
      startedAt,
      ms,
      retryAfter: response.headers.get("retry-after"),
      text,
      hung: false,
    };
  } catch (error) {
    const hung = (error as Error).name === "TimeoutError";
    // Its process was killed; a fault of this program would be of another kind.
    if (!hung && !(error instanceof TypeError)) throw error;
    return { status: 0, startedAt, ms: performance.now() - startedAt, retryAfter: null, text: "", hung };
  }
}

/** Waits so many milliseconds. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Calls `work` in this many concurrent loops. @returns stops them and resolves after the last call */
export function keepAt(width: number, work: () => Promise<unknown>): () => Promise<void> {
  let going = true;
  const loops = Array.from({ length: width }, async () => {
    while (going) await work();
  });
  return async () => {
    going = false;
    await Promise.all(loops);
  };
}
