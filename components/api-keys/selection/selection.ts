import { SELECTION_MAX } from "@/lib/api-keys/selection-rules";

/** The id of the checkbox that selects the page. */
export const SELECT_PAGE_ID = "select-page";

/** A row of the page as selection sees it: `works` without matching the status filter itself, such as the successor of a retiring key. */
export interface SelectionRow {
  readonly id: string;
  readonly state: "matches" | "works" | "stopped";
}

/** The selected keys, on all pages, and what happened to the selection without being asked for. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** How many left it because they no longer work. */
  readonly stopped: number;
  /** Not everything fitted. */
  readonly isFull: boolean;
}

export const NOTHING: Selection = { ids: new Set(), stopped: 0, isFull: false };

/** Adds or removes keys; no more than {@link SELECTION_MAX} fit. */
export function select({ ids }: Selection, changed: readonly string[], isSelected: boolean): Selection {
  const next = new Set(ids);
  let isFull = false;
  for (const id of changed) {
    if (!isSelected) next.delete(id);
    else if (next.size < SELECTION_MAX || next.has(id)) next.add(id);
    else isFull = true;
  }
  return { ids: next, stopped: 0, isFull };
}

/** Removes the keys that the page shows as no longer working. @returns the same selection when there is none */
export function dropStopped(selection: Selection, rows: readonly SelectionRow[]): Selection {
  const gone = rows.filter(({ id, state }) => state === "stopped" && selection.ids.has(id));
  if (gone.length === 0) return selection;
  const { ids } = select(
    selection,
    gone.map(({ id }) => id),
    false,
  );
  return { ids, stopped: selection.stopped + gone.length, isFull: false };
}

/** The rows that work from one to another, in either direction; only the second when the first isn't on the page. */
export function rangeOf(rows: readonly SelectionRow[], from: string | null, to: string): string[] {
  const ids = rows.filter(({ state }) => state !== "stopped").map(({ id }) => id);
  const ends = [ids.indexOf(from ?? ""), ids.indexOf(to)];
  if (ends.includes(-1)) return [to];
  return ids.slice(Math.min(...ends), Math.max(...ends) + 1);
}
