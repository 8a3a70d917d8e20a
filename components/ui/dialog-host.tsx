"use client";

import type { ReactNode } from "react";

import type { useListDialog } from "@/components/hooks/use-list-dialog";
import { Notice } from "@/components/ui/notice";

/** What a dialog opens above: it takes the focus when the button that opened the dialog is gone, and shows the outcome. */
export function DialogHost({
  label,
  host: { notice, setNotice, fallbackFocus },
  isError = false,
  children,
}: {
  label?: string;
  host: ReturnType<typeof useListDialog>["host"];
  isError?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      <div
        ref={fallbackFocus}
        tabIndex={-1}
        role={label ? "group" : undefined}
        aria-label={label}
        className="outline-none"
      >
        {children}
      </div>
      <Notice text={notice} isError={isError} onDismiss={() => setNotice("")} />
    </>
  );
}
