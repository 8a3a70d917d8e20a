import type { SelectionRow } from "@/components/api-keys/selection/selection";
import type { KeyGroup, KeyRow } from "@/lib/api-keys/list";
import type { KeyListUrl } from "@/lib/api-keys/list-url";

/** The rows of a page in their order. */
export function selectionRows(groups: readonly KeyGroup[], filter: KeyListUrl["status"]): SelectionRow[] {
  const stateOf = ({ refusal, status }: KeyRow) => {
    if (refusal !== null) return "stopped";
    return filter === null || filter === "working" || filter === status ? "matches" : "works";
  };
  return groups.flatMap((group) => [group, ...group.olderKeys].map((row) => ({ id: row.id, state: stateOf(row) })));
}
