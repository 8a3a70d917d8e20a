"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";

import { CopyButton, useCopy } from "@/components/ui/copy";
import { Field, inputClass } from "@/components/ui/field";
import { useLoss, type Loss } from "@/components/ui/leave-question";

/**
 * A value that is shown only once, with a button that copies it.
 * @param noun what the value is, such as "key"
 * @param loss what the dialog asks when it is closed before the value was copied; null where losing the value does no harm
 */
export function CopyOnceField({
  label,
  noun,
  value,
  hint,
  loss,
}: {
  label: string;
  noun: string;
  value: string;
  hint?: ReactNode;
  loss: Loss | null;
}) {
  const field = useRef<HTMLInputElement>(null);
  const { state, status, copy } = useCopy(noun);
  const [isCopied, setIsCopied] = useState(false);
  useLoss(isCopied ? null : loss);

  const select = () => {
    field.current?.focus();
    field.current?.select();
  };
  useEffect(select, []);
  const copyValue = async () => {
    if (await copy(value, select)) setIsCopied(true);
  };

  return (
    <div className="grid gap-1">
      <Field label={label} hint={hint}>
        {(control) => (
          <div className="flex gap-2 max-sm:flex-wrap">
            <input
              {...control}
              ref={field}
              type="text"
              readOnly
              translate="no"
              value={value}
              autoComplete="off"
              spellCheck={false}
              // Copying the whole value with the keyboard counts too.
              onCopy={({ currentTarget: { selectionStart, selectionEnd } }) => {
                if (selectionStart === 0 && selectionEnd === value.length) setIsCopied(true);
              }}
              className={`${inputClass} min-w-0 flex-1 font-mono text-xs`}
            />
            <CopyButton
              look="primary"
              className="w-24 max-sm:w-full"
              copied={state === "copied"}
              onClick={() => void copyValue()}
            />
          </div>
        )}
      </Field>
      <p role="status" className={state === "failed" ? "text-xs text-bad" : "sr-only"}>
        {status}
      </p>
    </div>
  );
}
