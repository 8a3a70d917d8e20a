import { type Answer, ask, keepAt, pause } from "./ask";

/** What is asked again and again while a fault lasts. */
export type Door = "key" | "list" | "page" | "ready" | "health";
export const DOORS: readonly Door[] = ["key", "list", "page", "ready", "health"];

/** An answer, and whether it is what the door gives when all is well. */
export interface Probe extends Answer {
  readonly door: Door;
  readonly well: boolean;
}

const PAUSE_MS = 100;

/** What only the page itself shows; its error state does not. */
const PAGE_MARK = "Create API key";

/** Asks every door of an instance, in turns, and keeps what came of it. */
export class Probes {
  readonly probes: Probe[] = [];
  readonly #url: string;
  readonly #key: string;
  readonly #cookie: string;

  /** @param key a key that works @param cookie of an admin who is signed in */
  constructor(url: string, key: string, cookie: string) {
    this.#url = url;
    this.#key = key;
    this.#cookie = cookie;
  }

  /** Asks one door once. */
  async knock(door: Door): Promise<Probe> {
    const answer = await ask(...this.#request(door));
    const well = answer.status === 200 && (door !== "page" || answer.text.includes(PAGE_MARK));
    const probe = { ...answer, door, well };
    this.probes.push(probe);
    return probe;
  }

  #request(door: Door): [string, RequestInit] {
    const bearer = { headers: { authorization: `Bearer ${this.#key}` } };
    switch (door) {
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

  /** Asks every door again and again, two callers at each. @returns what ends it */
  begin(): () => Promise<void> {
    const stops = DOORS.map((door) =>
      keepAt(2, async () => {
        await this.knock(door);
        await pause(PAUSE_MS);
      }),
    );
    return async () => {
      await Promise.all(stops.map((stop) => stop()));
    };
  }

  /** What was asked at a door from one moment on, and before another. */
  between(door: Door, from: number, until = Infinity): Probe[] {
    return this.probes.filter((probe) => probe.door === door && probe.startedAt >= from && probe.startedAt < until);
  }
}
