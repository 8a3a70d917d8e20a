"use client";

import { useId, useState } from "react";

import { TryItForm } from "@/components/docs/try-it-form";
import { Button } from "@/components/ui/button";
import type { TryableOperation } from "@/lib/docs/try-request";

/** A button that opens a form which sends a request. Closed, the form keeps what was entered. */
export function TryIt({ operation }: { operation: TryableOperation }) {
  const [form, setForm] = useState<"none" | "open" | "closed">("none");
  const id = useId();
  const isOpen = form === "open";
  return (
    <div className="min-w-0 border-t border-line px-3 py-2 print:hidden noscript:hidden">
      <Button
        small
        aria-expanded={isOpen}
        aria-controls={form === "none" ? undefined : id}
        onClick={() => setForm(isOpen ? "closed" : "open")}
      >
        <span>Try it</span>
        <span className="sr-only">{operation.summary}</span>
      </Button>
      {form === "none" ? null : (
        <div id={id} hidden={!isOpen} className="mt-3">
          <TryItForm operation={operation} />
        </div>
      )}
    </div>
  );
}
