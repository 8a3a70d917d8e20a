import { Distribution } from "@/lib/telemetry/distribution";

/** Seconds: a key's lookup takes one or two milliseconds, an export minutes. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Which entrance a request came by: `api` is /public-api, `dashboard` everything else. */
export type Door = "api" | "dashboard";

/** The first digit of a status; `aborted` when the client left before the response. */
const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
type StatusClass = (typeof STATUS_CLASSES)[number] | "aborted";

const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** How long the requests of one route and method took, by status class. */
export class RequestTimes {
  readonly door: Door;
  readonly route: string;
  readonly method: string;
  readonly #byClass = new Map<StatusClass, Distribution>();

  constructor(door: Door, route: string, method: string) {
    this.door = door;
    this.route = route;
    this.method = method;
  }

  /** @param status of the answer; 0 when there was none @param milliseconds from the request's arrival */
  observe(status: number, milliseconds: number): void {
    const statusClass = STATUS_CLASSES[Math.floor(status / 100) - 1] ?? "aborted";
    let times = this.#byClass.get(statusClass);
    if (!times) this.#byClass.set(statusClass, (times = new Distribution(SECONDS)));
    times.observe(milliseconds / 1000);
  }

  /** Every distribution with its labels. */
  read() {
    const { door, route, method } = this;
    return Array.from(this.#byClass, ([status, times]) => [{ door, route, method, status }, times] as const);
  }
}

/** The times of every route. Bounded, because a route is a pattern of this application, never the requested path. */
export class AllRequestTimes {
  readonly #byName = new Map<string, RequestTimes>();

  /** @param route the pattern @param method as sent; one that is none of HTTP's usual ones counts as `_OTHER` */
  of(door: Door, route: string, method: string): RequestTimes {
    const known = METHODS.has(method) ? method : "_OTHER";
    const name = `${door} ${known} ${route}`;
    let times = this.#byName.get(name);
    if (!times) this.#byName.set(name, (times = new RequestTimes(door, route, known)));
    return times;
  }

  /** Every distribution with its labels. */
  read() {
    return [...this.#byName.values()].flatMap((times) => times.read());
  }
}
