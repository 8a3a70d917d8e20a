"use client";

import { clsx } from "clsx";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import {
  ACTIONS,
  AGENTS_COLUMNS,
  APPLICATIONS_COLUMNS,
  AUDIT_LOG_COLUMNS,
  type Column,
  KEYS_COLUMNS,
  MEMBERS_COLUMNS,
  SELECT,
  WIDE,
} from "@/components/list/columns";
import { RolesAccessTabs } from "@/components/shell/navigation";
import { PageHeader } from "@/components/shell/page-header";
import { AGENTS_PATH, API_KEYS_PATH, APPLICATIONS_PATH, AUDIT_LOG_PATH, MEMBERS_PATH } from "@/components/shell/paths";
import { usePendingPath } from "@/components/shell/pending-path";
import { isWithin, sectionOf, SECTIONS } from "@/components/shell/sections";

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
  [APPLICATIONS_PATH]: { label: "Loading applications", columns: APPLICATIONS_COLUMNS },
  [MEMBERS_PATH]: { label: "Loading members", columns: MEMBERS_COLUMNS },
  [AUDIT_LOG_PATH]: { label: "Loading the audit log", columns: AUDIT_LOG_COLUMNS, dense: true },
};

/**
 * Shows the outline of the page that is loading in place of the current one; what both have, such as the title of their section,
 * stays. Not done with `loading.tsx`, which would send the outline before the page could redirect or set a status
 * (docs/decisions/043).
 * @param inTabs whether this is the content below the tabs, which stay when the next page is in the same section
 */
export function PendingFrame({ inTabs = false, children }: { inTabs?: boolean; children: ReactNode }) {
  const pathname = usePathname();
  const path = usePendingPath();
  const section = path === null ? undefined : sectionOf(path);
  const staysInTabs = section === SECTIONS.rolesAccess && isWithin(section, pathname);
  const skeleton = path !== null && path !== pathname && staysInTabs === inTabs ? SKELETONS[path] : undefined;
  return (
    <>
      {skeleton && section && path ? (
        <div aria-busy>
          {inTabs ? null : <PageHeader title={section.title} description={section.description} />}
          {section === SECTIONS.rolesAccess && !inTabs ? <RolesAccessTabs pathname={path} /> : null}
          <div className={section === SECTIONS.rolesAccess && !inTabs ? "mt-4 mb-3 h-8" : "mb-3 h-8"} />
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
      <table className="w-full table-fixed text-left max-md:hidden" aria-hidden>
        <thead className="border-b border-line">
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                className={clsx(
                  "px-3 py-2 text-xs font-medium text-soft md:max-xl:px-2",
                  column.width,
                  column.wide && WIDE,
                )}
              >
                {column.id === ACTIONS || column.id === SELECT ? null : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: dense ? 8 : 5 }, (_, row) => (
            <tr key={row} className="border-t border-line first:border-t-0">
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={clsx("px-3 md:max-xl:px-2", dense ? "py-3" : "py-4", column.wide && WIDE)}
                >
                  <div
                    className={`h-3.5 max-w-full animate-pulse rounded-sm bg-sunken forced-colors:bg-[GrayText] ${column.bar}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="grid gap-6 p-3 md:hidden" aria-hidden>
        {Array.from({ length: dense ? 5 : 4 }, (_, row) => (
          <div key={row} className="grid gap-2">
            <div className="h-3.5 w-48 animate-pulse rounded-sm bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-36 animate-pulse rounded-sm bg-sunken forced-colors:bg-[GrayText]" />
            <div className="h-3.5 w-28 animate-pulse rounded-sm bg-sunken forced-colors:bg-[GrayText]" />
          </div>
        ))}
      </div>
    </div>
  );
}
