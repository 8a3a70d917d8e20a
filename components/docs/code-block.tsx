"use client";

import { Check, Copy } from "lucide-react";
import { useRef } from "react";

import { copyText } from "@/components/ui/copy-text";
import { Button } from "@/components/ui/button";
import { useCopyState } from "@/components/ui/use-copy-state";

/**
 * Code with a button that copies it. Long lines wrap: a sideways scroll would hide their end.
 * @param label what it is, for screen readers
 */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const text = useRef<HTMLPreElement>(null);
  const [copy, setCopy] = useCopyState();

  const copyCode = async () => {
    const copied = await copyText(code, () => {
      if (text.current) window.getSelection()?.selectAllChildren(text.current);
    });
    setCopy(copied ? "copied" : "failed");
  };

  return (
    <div className="rounded-md border border-line bg-sunken">
      <div className="flex items-start gap-2 p-2 pl-3 max-sm:flex-col-reverse">
        <pre
          ref={text}
          className="min-w-0 flex-1 py-1 font-mono text-xs leading-relaxed [overflow-wrap:anywhere] whitespace-pre-wrap max-sm:w-full"
        >
          {code}
        </pre>
        <Button
          small
          className="max-sm:self-end"
          onClick={() => {
            void copyCode();
          }}
        >
          {copy === "copied" ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
          {copy === "copied" ? "Copied" : "Copy"}
          <span className="sr-only">{label}</span>
        </Button>
      </div>
      <p role="status" className={copy === "failed" ? "px-3 pb-2 text-xs text-bad" : "sr-only"}>
        {copy === "copied" ? "Code copied to the clipboard." : null}
        {copy === "failed" ? "The browser blocked copying. Select the code and copy it with the keyboard." : null}
      </p>
    </div>
  );
}
