import { type Answer, ask, keepAt, pause } from "./ask";

/** The endpoints probed during a fault. */
export type Endpoint = "key" | "list" | "page" | "ready" | "health";
export const ENDPOINTS: readonly Endpoint[] = ["key", "list", "page", "ready", "health"];

/** A response, and whether it is the endpoint's usual one. */
export interface Probe extends Answer {
  readonly endpoint: Endpoint;
  readonly well: boolean;
}

const PAUSE_MS = 100;

/** Text that only the page shows, not its error state. */
const PAGE_MARK = "Create API key";

/** Probes every endpoint of an instance in turn and stores the results. */
export class Probes {
  readonly probes: Probe[] = [];
  readonly #url: string;
  readonly #key: string;
  readonly #cookie: string;

  /** @param key a valid key @param cookie a signed-in admin's */
  constructor(url: string, key: string, cookie: string) {
    this.#url = url;
    this.#key = key;
    this.#cookie = cookie;
  }

  /** Probes one endpoint once. */
  async knock(endpoint: Endpoint): Promise<Probe> {
    const answer = await ask(...this.#request(endpoint));
    const well = answer.status === 200 && (endpoint !== "page" || answer.text.includes(PAGE_MARK));
    const probe = { ...answer, endpoint, well };
    this.probes.push(probe);
    return probe;
  }

  #request(endpoint: Endpoint): [string, RequestInit] {
    const bearer = { headers: { authorization: `Bearer ${this.#key}` } };
    switch (endpoint) {
      case "key":
        return [`${this.#url}/public-api/me`, bearer];
      case "list":
        return [`${this.#url}/public-api/agents?page_size=1`, bearer];
      case "page":
        return [`${this.#url}/roles-access/api-keys`, { headers: { cookie: this.#cookie } }];
      case "ready":
        return [`${this.#url}/api/ready`, {}];
      case "health":
        return [`${this.#url}/api/health`, {}];
    }
  }

  /** Probes every endpoint repeatedly, with two callers each. @returns a function that stops it */
  begin(): () => Promise<void> {
    const stops = ENDPOINTS.map((endpoint) =>
      keepAt(2, async () => {
        await this.knock(endpoint);
        await pause(PAUSE_MS);
      }),
    );
    return async () => {
      await Promise.all(stops.map((stop) => stop()));
    };
  }

  /** The probes of an endpoint from one time until before another. */
  between(endpoint: Endpoint, from: number, until = Infinity): Probe[] {
    return this.probes.filter(
      (probe) => probe.endpoint === endpoint && probe.startedAt >= from && probe.startedAt < until,
    );
  }
}
