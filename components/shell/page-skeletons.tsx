import { AGENTS_COLUMNS } from "@/components/agents/agents-columns";
import { KEYS_COLUMNS } from "@/components/api-keys/keys-columns";
import { AUDIT_LOG_COLUMNS } from "@/components/audit-log/audit-log-columns";
import { MEMBERS_COLUMNS } from "@/components/members/members-columns";
import { AGENTS_PATH, API_KEYS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";
import type { Column } from "@/components/list/data-table";
import { DataTableSkeleton } from "@/components/list/data-table-skeleton";

interface Skeleton {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly dense?: boolean;
}

/** The lists, which may take a moment; other pages load as fast as an outline would. */
const SKELETONS: Readonly<Record<string, Skeleton>> = {
  [AGENTS_PATH]: { label: "Loading agents", columns: AGENTS_COLUMNS },
  [API_KEYS_PATH]: { label: "Loading API keys", columns: KEYS_COLUMNS },
  [MEMBERS_PATH]: { label: "Loading members", columns: MEMBERS_COLUMNS },
  [AUDIT_LOG_PATH]: { label: "Loading the audit log", columns: AUDIT_LOG_COLUMNS, dense: true },
};

/** Whether a page has an outline to show while it loads. */
export const hasSkeleton = (path: string) => Object.hasOwn(SKELETONS, path);

/** The outline of a page. @param inTabs omits title and tabs, which are shown already */
export function PageSkeleton({ path, inTabs }: { path: string; inTabs: boolean }) {
  const skeleton = SKELETONS[path];
  if (!skeleton) return null;
  const hasTabs = path !== AGENTS_PATH;
  return (
    <div aria-busy>
      {inTabs ? null : <div className="mb-4 h-7 w-40 animate-pulse rounded bg-sunken" />}
      {hasTabs && !inTabs ? <div className="-mt-1 mb-4 h-9.5 border-b border-line" /> : null}
      {hasTabs ? <div className="mb-3 h-8" /> : null}
      <DataTableSkeleton {...skeleton} />
    </div>
  );
}
