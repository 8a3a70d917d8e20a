"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useId, useRef } from "react";

import { copyFrom } from "@/components/ui/copy-text";
import type { Issued } from "@/components/api-keys/key-view";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogFooter } from "@/components/ui/dialog";
import { inputClass } from "@/components/ui/input-class";
import { LocalAndUtcTime } from "@/components/ui/moment";
import { useCopyState } from "@/components/ui/use-copy-state";

/**
 * The one time a key is shown.
 * @param asking whether the person tried to leave without a copy
 */
export function RevealKey({
  issued,
  asking,
  onCopied,
  onKeepOpen,
  onDone,
}: {
  issued: Issued;
  asking: boolean;
  onCopied: () => void;
  onKeepOpen: () => void;
  onDone: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copy, setCopy] = useCopyState();

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const copyKey = async () => {
    if (!field.current) return;
    const copied = await copyFrom(field.current);
    setCopy(copied ? "copied" : "failed");
    if (copied) onCopied();
  };

  return (
    <div className="grid gap-4">
      <Callout tone="warn">
        Copy this key now and store it somewhere safe. It is shown only this once and cannot be recovered.
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
            value={issued.key}
            autoComplete="off"
            spellCheck={false}
            // Copying the whole field by keyboard is a copy too.
            onCopy={({ currentTarget: { selectionStart, selectionEnd, value } }) => {
              if (selectionStart === 0 && selectionEnd === value.length) onCopied();
            }}
            className={`${inputClass} min-w-0 flex-1 font-mono text-xs`}
          />
          <Button
            look="primary"
            className="w-24 max-sm:w-full"
            onClick={() => {
              void copyKey();
            }}
          >
            {copy === "copied" ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
            {copy === "copied" ? "Copied" : "Copy"}
          </Button>
        </div>
        <p role="status" className={copy === "failed" ? "text-xs text-bad" : "sr-only"}>
          {copy === "copied" ? "The key is on the clipboard." : null}
          {copy === "failed"
            ? "The browser did not allow copying. Select the key above and copy it with the keyboard."
            : null}
        </p>
      </div>
      <ul className="grid gap-1 text-xs text-soft">
        <li>
          {issued.expiresAt ? (
            <>
              Stops working on <LocalAndUtcTime at={issued.expiresAt.toISOString()} />.
            </>
          ) : (
            "Never expires."
          )}
        </li>
        {issued.oldKeyWorksUntil ? (
          <li>
            The old key works until <LocalAndUtcTime at={issued.oldKeyWorksUntil.toISOString()} />.
          </li>
        ) : null}
      </ul>
      {asking ? (
        <LeaveQuestion onKeepOpen={onKeepOpen} onLeave={onDone} />
      ) : (
        <DialogFooter>
          <Button onClick={onDone}>Done</Button>
        </DialogFooter>
      )}
    </div>
  );
}

function LeaveQuestion({ onKeepOpen, onLeave }: { onKeepOpen: () => void; onLeave: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    keep.current?.focus();
  }, []);
  return (
    <Callout tone="bad" alert>
      <p className="font-semibold">You have not copied this key.</p>
      <p>You will not see it again. Close anyway?</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button ref={keep} small onClick={onKeepOpen}>
          Keep it open
        </Button>
        <Button small look="danger" onClick={onLeave}>
          Close anyway
        </Button>
      </div>
    </Callout>
  );
}
