"use client";

import type { Dispatch, ReactNode, RefObject, SetStateAction } from "react";

import { Notice } from "@/components/ui/notice";

/**
 * What a dialog opens above: it takes the focus when the button that opened the dialog is gone, and shows the outcome.
 * @param label names it for screen readers
 * @param isError keeps the notice until it is dismissed
 */
export function DialogHost({
  label,
  host: { notice, setNotice, fallbackFocus },
  isError = false,
  children,
}: {
  label?: string;
  host: {
    notice: string;
    setNotice: Dispatch<SetStateAction<string>>;
    fallbackFocus: RefObject<HTMLDivElement | null>;
  };
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
