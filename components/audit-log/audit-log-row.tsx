"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { useState, type ReactElement, type ReactNode } from "react";

import { AUDIT_LOG_COLUMNS, WIDE } from "@/components/list/columns";
import { usePrinting } from "@/components/hooks/use-printing";
import { RowGroup } from "@/components/list/data-table";

/** Columns of every width. */
const ALWAYS = AUDIT_LOG_COLUMNS.filter(({ wide }) => !wide).length;

/** A row of the log, with a button that shows its details in a second row. */
export function AuditLogRow({
  id,
  label,
  cells,
  children,
}: {
  id: string;
  /** What the button opens, for screen readers. */
  label: string;
  cells: ReactElement;
  children: ReactNode;
}) {
  const [opened, setOpen] = useState(false);
  // On paper the details are always shown.
  const printing = usePrinting();
  const open = opened || printing;
  return (
    <RowGroup>
      <tr className="list-row max-md:relative">
        {cells}
        <td className="w-10 px-2 py-1.5 align-top max-md:absolute max-md:top-1.5 max-md:right-1 max-md:p-0 print:hidden">
          <button
            type="button"
            aria-label={label}
            aria-expanded={open}
            aria-controls={`details-${id}`}
            onClick={() => setOpen(!open)}
            className="grid size-7 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
          >
            <ChevronDown aria-hidden className={clsx("size-4 transition-transform", open && "rotate-180")} />
          </button>
        </td>
      </tr>
      <tr id={`details-${id}`} hidden={!open} className="max-md:not-[[hidden]]:block">
        <td colSpan={ALWAYS} className="bg-sunken px-3 py-3 max-md:block">
          {open ? children : null}
        </td>
        <td colSpan={AUDIT_LOG_COLUMNS.length - ALWAYS} className={clsx("bg-sunken max-md:hidden", WIDE)} />
      </tr>
    </RowGroup>
  );
}
