"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { CopyButton, useCopy } from "@/components/ui/copy";
import { Field } from "@/components/ui/field";
import type { Loss } from "@/components/ui/dialog-context";
import { useLoss } from "@/components/ui/leave-question";

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
 * @param prefix the start of the value that says what it is rather than which, and is shown quietly
 * @param describedBy the id of what describes the field, in place of a hint
 * @param formats further buttons, which copy it in other forms
 * @param loss what the dialog asks when it is closed before the value was copied; null where losing the value does no harm
 */
export function CopyOnceField({
  label,
  noun,
  value,
  prefix = "",
  describedBy,
  hint,
  formats = [],
  loss,
}: {
  label: string;
  noun: string;
  value: string;
  prefix?: string;
  describedBy?: string;
  hint?: ReactNode;
  formats?: readonly CopyFormat[];
  loss: Loss | null;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
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
          <div className="my-1 grid gap-4 rounded-lg border border-line bg-sunken p-4 outline-accent has-[textarea:focus-visible]:outline-2 sm:p-5">
            <div className="relative font-mono text-base max-sm:text-sm">
              {/* A text box has one colour, so its text is drawn by this element, and only its selection by itself. */}
              <Drawn prefix={prefix} rest={value.slice(prefix.length)} />
              <textarea
                {...control}
                aria-describedby={describedBy ?? control["aria-describedby"]}
                ref={field}
                readOnly
                translate="no"
                value={value}
                autoComplete="off"
                spellCheck={false}
                // Copying the whole value with the keyboard counts too.
                onCopy={({ currentTarget: { selectionStart, selectionEnd } }) => {
                  if (selectionStart === 0 && selectionEnd === value.length) setIsCopied(true);
                }}
                className="absolute inset-0 size-full resize-none overflow-hidden break-all text-transparent outline-none selection:bg-accent/25 selection:text-transparent"
              />
            </div>
            <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <CopyButton
                look="primary"
                className="w-28 max-sm:w-full"
                copied={wasCopied(value)}
                onClick={() => void copyText(value)}
              />
              <OtherForms noun={noun} formats={formats} wasCopied={wasCopied} onCopy={(text) => void copyText(text)} />
            </div>
          </div>
        )}
      </Field>
      <p role="status" className={state === "failed" ? "text-xs text-bad" : "sr-only"}>
        {status}
      </p>
    </div>
  );
}

function Drawn({ prefix, rest }: { prefix: string; rest: string }) {
  return (
    <span aria-hidden translate="no" className="block break-all forced-colors:invisible">
      <span className="text-soft">{prefix}</span>
      <span className="font-medium">{rest}</span>
    </span>
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
    <div role="group" aria-label={`Copy the ${noun} as`} className="flex flex-wrap items-center gap-1.5">
      {/* Not in the buttons' names: the button of the bare value is the only one called Copy. */}
      <span className="text-xs text-soft">Copy as</span>
      {formats.map(({ label, text }) => (
        <Button key={label} small className="font-mono" onClick={() => onCopy(text)}>
          {wasCopied(text) ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
          <span translate="no">{label}</span>
        </Button>
      ))}
    </div>
  );
}
