import { openedFor } from "@/components/browser/rendered-for";
import { withSessionStorage } from "@/components/browser/session-storage";

/** A page that was opened in this tab. */
export interface Visit {
  readonly kind: "key" | "agent";
  readonly label: string;
  /** Its path. */
  readonly href: string;
}

/** Most visits that are kept. */
const MOST = 6;

// By person and organisation, so that nobody sees another's. The tab forgets it when it's closed.
const storageKey = () => `neo-recent:${openedFor()?.id ?? ""}`;

function isVisit(value: unknown): value is Visit {
  if (typeof value !== "object" || value === null) return false;
  const { kind, label, href } = value as Partial<Record<keyof Visit, unknown>>;
  return (
    (kind === "key" || kind === "agent") &&
    typeof label === "string" &&
    typeof href === "string" &&
    /^\/(?!\/)/.test(href)
  );
}

/** Reads stored visits. Anything else that is stored there counts as none. */
export function parseVisits(stored: string | null): Visit[] {
  try {
    const values: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(values) ? values.filter(isVisit) : [];
  } catch {
    return [];
  }
}

/** Puts a visit before the earlier ones, of which the oldest may be dropped. */
export function addVisit(visits: readonly Visit[], visit: Visit): Visit[] {
  return [visit, ...visits.filter(({ href }) => href !== visit.href)].slice(0, MOST);
}

/** What the signed-in person opened lately in this tab, the latest first. */
export function recentVisits(): Visit[] {
  let visits: Visit[] = [];
  withSessionStorage((storage) => {
    visits = parseVisits(storage.getItem(storageKey()));
  });
  return visits;
}

/** Keeps a visit of the signed-in person. */
export function keepVisit(visit: Visit): void {
  withSessionStorage((storage) => {
    storage.setItem(storageKey(), JSON.stringify(addVisit(parseVisits(storage.getItem(storageKey())), visit)));
  });
}
