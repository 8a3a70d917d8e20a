"use client";

import { Check } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { CopyButton, useCopy } from "@/components/ui/copy";
import { Field, inputClass } from "@/components/ui/field";
import { useLoss, type Loss } from "@/components/ui/leave-question";

function refuse(): never {
  throw new Error("this text is not on the page");
}

/** The value as part of a longer text, for pasting somewhere. */
interface CopyFormat {
  readonly label: string;
  readonly text: string;
}

/**
 * A value that is shown only once, with a button that copies it.
 * @param noun what the value is, such as "key"
 * @param formats further buttons, which copy it in other forms
 * @param loss what the dialog asks when it is closed before the value was copied; null where losing the value does no harm
 */
export function CopyOnceField({
  label,
  noun,
  value,
  hint,
  formats = [],
  loss,
}: {
  label: string;
  noun: string;
  value: string;
  hint?: ReactNode;
  formats?: readonly CopyFormat[];
  loss: Loss | null;
}) {
  const field = useRef<HTMLInputElement>(null);
  const { state, status, copy } = useCopy(noun);
  const [isCopied, setIsCopied] = useState(false);
  /** The text that was copied last. */
  const [latest, setLatest] = useState(value);
  useLoss(isCopied ? null : loss);

  const select = () => {
    field.current?.focus();
    field.current?.select();
  };
  useEffect(select, []);
  const copyText = async (text: string) => {
    setLatest(text);
    // Without the Clipboard API only what is on the page can be copied: the value.
    if (await copy(text, text === value ? select : refuse)) setIsCopied(true);
  };
  const wasCopied = (text: string) => state === "copied" && latest === text;

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
              copied={wasCopied(value)}
              onClick={() => void copyText(value)}
            />
          </div>
        )}
      </Field>
      <OtherForms noun={noun} formats={formats} wasCopied={wasCopied} onCopy={(text) => void copyText(text)} />
      <p role="status" className={state === "failed" ? "text-xs text-bad" : "sr-only"}>
        {status}
      </p>
    </div>
  );
}

function OtherForms({
  noun,
  formats,
  wasCopied,
  onCopy,
}: {
  noun: string;
  formats: readonly CopyFormat[];
  wasCopied: (text: string) => boolean;
  onCopy: (text: string) => void;
}) {
  if (formats.length === 0) return null;
  return (
    <div role="group" aria-label={`Other forms of the ${noun}`} className="mt-1 flex flex-wrap items-center gap-1.5">
      <span className="text-xs text-soft">Or as</span>
      {formats.map(({ label, text }) => (
        <Button key={label} small className="font-mono" onClick={() => onCopy(text)}>
          {wasCopied(text) ? <Check aria-hidden className="size-3.5" /> : null}
          <span translate="no">{label}</span>
        </Button>
      ))}
    </div>
  );
}
