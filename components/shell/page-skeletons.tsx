import { clsx } from "clsx";

import { AGENTS_PATH, API_KEYS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";
import {
  ACTIONS,
  AGENTS_COLUMNS,
  AUDIT_LOG_COLUMNS,
  type Column,
  KEYS_COLUMNS,
  MEMBERS_COLUMNS,
} from "@/components/list/columns";

interface Skeleton {
  readonly label: string;
  readonly columns: readonly Column[];
  /** For rows of one line, of which more fit. */
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

/** A table's outline. */
function DataTableSkeleton({ label, columns, dense = false }: Skeleton) {
  return (
    <div className="rounded-lg border border-line bg-surface" role="status" aria-label={label}>
      <table className="w-full text-left max-lg:hidden" aria-hidden>
        <thead className="border-b border-line">
          <tr>
            {columns.map((column) => (
              <th key={column.id} className="px-3 py-2 text-xs font-medium text-soft">
                {column.id === ACTIONS ? null : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: dense ? 8 : 5 }, (_, row) => (
            <tr key={row} className="border-t border-line first:border-t-0">
              {columns.map((column) => (
                <td key={column.id} className={clsx("px-3", dense ? "py-3" : "py-4")}>
                  <div className={`h-3.5 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText] ${column.bar}`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="grid gap-6 p-3 lg:hidden" aria-hidden>
        {Array.from({ length: dense ? 5 : 4 }, (_, row) => (
          <div key={row} className="grid gap-2">
            <div className="h-3.5 w-48 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-36 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-28 animate-pulse rounded bg-sunken forced-colors:bg-[GrayText]" />
          </div>
        ))}
      </div>
    </div>
  );
}
