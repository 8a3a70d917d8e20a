import { KeyRows } from "@/components/api-keys/key-rows";
import { SelectPage } from "@/components/api-keys/selection/key-selection";
import { KEYS_COLUMNS } from "@/components/list/columns";
import { DataTable, type Sorting } from "@/components/list/data-table";
import type { AttentionReason } from "@/lib/api-keys/attention-reasons";
import type { KeyGroup } from "@/lib/api-keys/list";
import type { KeyListUrl } from "@/lib/api-keys/list-url";

/**
 * One page of keys. Below each key are the older keys of its rotations that still work.
 * @param query the list's state, which the pages of keys lead back to
 * @param attention why the listed keys need attention; it can be dismissed in their rows
 */
export function KeysTable({
  groups,
  query,
  attention,
  ...sorting
}: {
  groups: readonly KeyGroup[];
  query: string;
  attention: AttentionReason | null;
} & Sorting<KeyListUrl["sort"]>) {
  return (
    <DataTable
      caption="API keys of your organisation"
      columns={KEYS_COLUMNS}
      sorting={sorting}
      selectAll={<SelectPage />}
    >
      <KeyRows groups={groups} query={query} attention={attention} />
    </DataTable>
  );
}
