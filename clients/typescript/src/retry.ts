const BASE_MS = 500;
const MAX_BACKOFF_MS = 8_000;
/** The limits of the API slide over 60 seconds, so it never asks for longer. */
const MAX_RETRY_AFTER_S = 60;

/** What a retry depends on. */
export interface Failure {
  /** Undefined when there was no response. */
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfter: number | undefined;
}

/** Whether the same request may succeed later. @param repeatable whether sending it twice has the effect of sending it once */
function isTransient({ status, reason }: Failure, repeatable: boolean): boolean {
  // The limit refused the request before anything was done.
  if (status === 429) return true;
  if (!repeatable) return false;
  // The first request with this Idempotency-Key is still running.
  if (status === 409) return reason === "in_progress";
  return status === undefined || status === 502 || status === 503 || status === 504;
}

/**
 * How long to wait before a request is sent again.
 * @param retry 0 for the first retry
 * @returns milliseconds; null when it must not be sent again
 */
export function retryDelay(
  failure: Failure,
  retry: number,
  repeatable: boolean,
  random: () => number = Math.random,
): number | null {
  if (!isTransient(failure, repeatable)) return null;
  const { retryAfter } = failure;
  if (retryAfter !== undefined && retryAfter > MAX_RETRY_AFTER_S) return null;
  const backoff = Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** retry);
  // Spread out, so that clients that failed together don't return together.
  if (retryAfter !== undefined) return retryAfter * 1000 + random() * BASE_MS;
  return backoff * (0.5 + random() / 2);
}

/** Waits. @throws the signal's reason when it is aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      // Whatever the caller aborted with, as fetch does.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
