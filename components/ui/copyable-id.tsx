"use client";

import { useRef } from "react";

import { CopyButton, selectText, useCopy } from "@/components/ui/copy";

/** An id, and a button that copies it. */
export function CopyableId({ id }: { id: string }) {
  const text = useRef<HTMLElement>(null);
  const { state, status, copy } = useCopy("id");
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <code ref={text} translate="no" className="font-mono text-xs">
        {id}
      </code>
      <CopyButton
        small
        look="quiet"
        className="-my-1 max-sm:-ml-2 print:hidden"
        label="the ID"
        copied={state === "copied"}
        onClick={() => void copy(id, () => selectText(text.current))}
      />
      <span role="status" className={state === "failed" ? "text-xs text-bad" : "sr-only"}>
        {status}
      </span>
    </span>
  );
}
