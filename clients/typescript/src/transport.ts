import { type Credential, type TokenSource, tokenSource } from "./credential.js";
import { errorOf, NeoError } from "./error.js";
import { type OperationId, ROUTES } from "./operations.js";
import { pause, retryDelay } from "./retry.js";
import type { components } from "./schema.js";

/** Something that a request which succeeded should tell whoever looks after the integration. */
export type Warning = components["schemas"]["Warning"];

/** A response, without its body. */
export interface ResponseInfo {
  readonly status: number;
  readonly headers: Headers;
}

/** Options of any call. */
export interface CallOptions {
  /** Ends the call, also while it waits for a retry. */
  readonly signal?: AbortSignal;
  /** Gets the response of a success, for headers such as `ETag` and `RateLimit`. */
  readonly onResponse?: (response: ResponseInfo) => void;
}

/** Options of a call that creates. */
export interface CreateOptions extends CallOptions {
  /** A value of your own, to repeat a call after a restart. By default each call has a new one, which its retries share. */
  readonly idempotencyKey?: string;
}

/** Options of a call that changes or deletes an agent. */
export interface ChangeOptions extends CallOptions {
  /** The `ETag` that you read: the call is refused with 412 if the agent has changed since. */
  readonly ifMatch?: string;
}

/** How a client reaches the API. */
export interface TransportOptions {
  readonly baseUrl: string;
  readonly credential: Credential;
  readonly scope?: string;
  readonly onWarning?: (warning: Warning) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly maxRetries?: number;
}

/** What a request is made of, besides its operation. */
export interface RequestParts extends CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Whether the operation needs no credential. */
  readonly anonymous?: boolean;
}

/** The JSON of a success. */
interface Envelope {
  readonly data: unknown;
  readonly meta: {
    readonly warnings?: readonly Warning[];
    readonly pagination?: { readonly next_cursor: string | null };
  };
}

export const USER_AGENT = "neo-front-door-client/1.0.0";
const DEFAULT_RETRIES = 3;
/** So that a process that runs for years doesn't remember every warning. */
const MAX_REMEMBERED = 1_000;

function urlOf(baseUrl: string, path: string, { params = {}, query = {} }: RequestParts): URL {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    // An empty id would make the path that of the list.
    if (!value) throw new TypeError(`${name} is empty.`);
    return encodeURIComponent(value);
  });
  const url = new URL(baseUrl.replace(/\/+$/, "") + filled);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** Sends requests: with the credential, again where that is safe, and with failures as NeoError. */
export class Transport {
  readonly #baseUrl: string;
  readonly #tokens: TokenSource;
  readonly #fetch: typeof globalThis.fetch;
  readonly #maxRetries: number;
  readonly #onWarning: ((warning: Warning) => void) | undefined;
  readonly #warned = new Set<string>();

  /** @throws TypeError when an option can't be used */
  constructor(options: TransportOptions) {
    this.#baseUrl = new URL(options.baseUrl).href;
    this.#tokens = tokenSource(options.credential, options.scope);
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#maxRetries = options.maxRetries ?? DEFAULT_RETRIES;
    this.#onWarning = options.onWarning;
  }

  /**
   * Calls an operation.
   * @throws NeoError when it fails; the signal's reason when it is aborted
   */
  async send(id: OperationId, parts: RequestParts): Promise<Envelope> {
    const [method, path] = ROUTES[id].split(" ") as [string, string];
    const url = urlOf(this.#baseUrl, path, parts);
    const repeatable = method !== "POST" || parts.headers?.["Idempotency-Key"] !== undefined;
    for (let retry = 0; ; retry++) {
      try {
        return await this.#attempt(method, url, parts);
      } catch (error) {
        const again = error instanceof NeoError && retry < this.#maxRetries;
        const wait = again ? retryDelay(error, retry, repeatable) : null;
        if (wait === null) throw error;
        await pause(wait, parts.signal);
      }
    }
  }

  async #attempt(method: string, url: URL, parts: RequestParts): Promise<Envelope> {
    const { signal, body, onResponse, anonymous = false } = parts;
    const headers = new Headers({ Accept: "application/json", "User-Agent": USER_AGENT });
    for (const [name, value] of Object.entries(parts.headers ?? {})) if (value !== undefined) headers.set(name, value);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (!anonymous) headers.set("Authorization", `Bearer ${await this.#tokens.get()}`);
    const init: RequestInit = { method, headers, redirect: "manual" };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (signal) init.signal = signal;
    const { response, text } = await this.#exchange(url, init);
    const json = parsed(text);
    if (response.status === 401) this.#tokens.forget();
    if (!response.ok || !isEnvelope(json)) throw errorOf(response, json);
    this.#warn(json.meta.warnings ?? []);
    onResponse?.({ status: response.status, headers: response.headers });
    return json;
  }

  /** @throws NeoError when the connection fails, before or within the response */
  async #exchange(url: URL, init: RequestInit): Promise<{ response: Response; text: string }> {
    try {
      const response = await this.#fetch(url, init);
      return { response, text: await response.text() };
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new NeoError("There was no response, or not a whole one.", { code: "NO_RESPONSE" }, cause);
    }
  }

  /** Reports what was not reported before. */
  #warn(warnings: readonly Warning[]): void {
    for (const warning of warnings) {
      const key = JSON.stringify([warning.code, warning.path, warning.message]);
      if (this.#warned.has(key)) continue;
      if (this.#warned.size >= MAX_REMEMBERED) this.#warned.clear();
      this.#warned.add(key);
      this.#onWarning?.(warning);
    }
  }
}

/** A proxy's page can be a success, too. */
const isEnvelope = (json: unknown): json is Envelope =>
  typeof json === "object" && json !== null && "data" in json && "meta" in json;

/** JSON; undefined for anything else. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
