"use client";

import { clsx } from "clsx";
import { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import {
  ACTIONS,
  AGENTS_COLUMNS,
  AUDIT_LOG_COLUMNS,
  type Column,
  KEYS_COLUMNS,
  MEMBERS_COLUMNS,
} from "@/components/list/columns";
import { AGENTS_PATH, API_KEYS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";

/** A page that loads faster than this shows without an outline. */
const SHOW_AFTER_MS = 150;

type Path = string | null;
const Pending = createContext<[Path, (change: (before: Path) => Path) => void]>([null, () => undefined]);

/** Shares which page is loading between links and frames. */
export function PendingNavigation({ children }: { children: ReactNode }) {
  const pending = useState<Path>(null);
  return <Pending value={pending}>{children}</Pending>;
}

/** Within a `Link`: reports its target while that page loads. */
export function PendingMark({ href }: { href: string }) {
  const { pending } = useLinkStatus();
  const [, setPath] = useContext(Pending);
  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(() => setPath(() => href), SHOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setPath((path) => (path === href ? null : path));
    };
  }, [pending, href, setPath]);
  return null;
}

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

const section = (path: string) => path.split("/")[1];

/**
 * Shows the outline of the page that is loading in place of the current one. Not done with `loading.tsx`, which would send the
 * outline before the page could redirect or set a status (docs/decisions/043).
 * @param inTabs whether this is the content below the tabs, which stay when the next page is in the same section
 */
export function PendingFrame({ inTabs = false, children }: { inTabs?: boolean; children: ReactNode }) {
  const pathname = usePathname();
  const [path] = useContext(Pending);
  const staysInTabs = path !== null && section(path) === "roles-access" && section(pathname) === "roles-access";
  const skeleton = path !== null && path !== pathname && staysInTabs === inTabs ? SKELETONS[path] : undefined;
  const hasTabs = path !== AGENTS_PATH;
  return (
    <>
      {skeleton ? (
        <div aria-busy>
          {inTabs ? null : <div className="mb-4 h-7 w-40 animate-pulse rounded bg-sunken" />}
          {hasTabs && !inTabs ? <div className="-mt-1 mb-4 h-9.5 border-b border-line" /> : null}
          {hasTabs ? <div className="mb-3 h-8" /> : null}
          <DataTableSkeleton {...skeleton} />
        </div>
      ) : null}
      <div className={skeleton ? "hidden" : "contents"}>{children}</div>
    </>
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
