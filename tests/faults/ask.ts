/** The outcome of one request; times in milliseconds on the caller's clock. */
export interface Answer {
  /** 0 without a response: the connection broke, or the request timed out. */
  readonly status: number;
  readonly startedAt: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly text: string;
  /** The request timed out, which is worse than a broken connection. */
  readonly hung: boolean;
}

/** Far above every bound: a request that takes this long hangs. */
const HANG_MS = 25_000;

/** Sends a request and reads the whole response, without following redirects. */
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
    // The instance was killed; an error in this program would have another type.
    if (!hung && !(error instanceof TypeError)) throw error;
    return { status: 0, startedAt, ms: performance.now() - startedAt, retryAfter: null, text: "", hung };
  }
}

/** Waits this many milliseconds. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Calls `work` in this many concurrent loops. @returns a function that stops them and resolves after the last call */
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
