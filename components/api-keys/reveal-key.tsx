"use client";

import { useEffect, useId, useRef, useState } from "react";

import { copyFrom } from "@/components/browser/copy-text";
import type { Issued } from "@/components/api-keys/key-view";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useLoss, type Loss } from "@/components/ui/leave-question";
import { Callout } from "@/components/ui/callout";
import { DialogFooter } from "@/components/ui/dialog";
import { inputClass } from "@/components/ui/input-class";
import { LocalAndUtcTime } from "@/components/time/time";
import { useCopyState, type CopyState } from "@/components/hooks/use-copy-state";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this key.",
  text: "You won’t see it again. Close anyway?",
  stay: "Keep it open",
  leave: "Close anyway",
};

/**
 * The one time a key is shown.
 * @param onDone asked to close; the dialog asks back while nothing was copied
 */
export function RevealKey({ issued, onDone }: { issued: Issued; onDone: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copy, setCopy] = useCopyState();
  const [saved, setSaved] = useState(false);
  useLoss(saved ? null : NOT_COPIED);

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const copyKey = async () => {
    if (!field.current) return;
    const copied = await copyFrom(field.current);
    setCopy(copied ? "copied" : "failed");
    if (copied) setSaved(true);
  };

  return (
    <div className="grid gap-4">
      <Callout tone="warn">
        Copy this key now and store it somewhere safe. It’s shown only once and can’t be recovered.
      </Callout>
      <div className="grid gap-1">
        <label htmlFor={id} className="font-medium">
          API key
        </label>
        <div className="flex gap-2 max-sm:flex-wrap">
          <input
            id={id}
            ref={field}
            type="text"
            readOnly
            translate="no"
            value={issued.key}
            autoComplete="off"
            spellCheck={false}
            // Copying the whole field by keyboard is a copy too.
            onCopy={({ currentTarget: { selectionStart, selectionEnd, value } }) => {
              if (selectionStart === 0 && selectionEnd === value.length) setSaved(true);
            }}
            className={`${inputClass} min-w-0 flex-1 font-mono text-xs`}
          />
          <CopyButton
            look="primary"
            className="w-24 max-sm:w-full"
            copied={copy === "copied"}
            onClick={() => {
              void copyKey();
            }}
          />
        </div>
        <p role="status" className={copy === "failed" ? "text-xs text-bad" : "sr-only"}>
          {COPY_SAID[copy]}
        </p>
      </div>
      <ul className="grid gap-1 text-xs text-soft">
        {issued.expiresAt ? (
          <li>
            Stops working on <LocalAndUtcTime at={issued.expiresAt.toISOString()} />.
          </li>
        ) : (
          <li>Never expires.</li>
        )}
        {issued.oldKeyWorksUntil ? (
          <li>
            The old key works until <LocalAndUtcTime at={issued.oldKeyWorksUntil.toISOString()} />.
          </li>
        ) : null}
      </ul>
      <DialogFooter at="start">
        <Button onClick={onDone}>Done</Button>
      </DialogFooter>
    </div>
  );
}

const COPY_SAID: Record<CopyState, string> = {
  idle: "",
  copied: "Key copied to the clipboard.",
  failed: "The browser blocked copying. Select the key above and copy it with the keyboard.",
};
