"use client";

import { useRef } from "react";

import { CopyButton, useCopy } from "@/components/ui/copy";

/** Code with a button that copies it. Long lines wrap: a sideways scroll would hide their end. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const text = useRef<HTMLPreElement>(null);
  const { state, status, copy } = useCopy("code");
  const select = () => {
    if (text.current) window.getSelection()?.selectAllChildren(text.current);
  };

  return (
    <div className="rounded-md border border-line bg-sunken">
      <div className="flex items-start gap-2 p-2 pl-3 max-sm:flex-col-reverse">
        <pre
          translate="no"
          ref={text}
          className="min-w-0 flex-1 py-1 font-mono text-xs leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap max-sm:w-full"
        >
          {code}
        </pre>
        <CopyButton
          small
          className="max-sm:self-end"
          copied={state === "copied"}
          label={label}
          onClick={() => void copy(code, select)}
        />
      </div>
      <p role="status" className={state === "failed" ? "px-3 pb-2 text-xs text-bad" : "sr-only"}>
        {status}
      </p>
    </div>
  );
}
