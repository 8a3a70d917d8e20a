"use client";

import { clsx } from "clsx";
import { setNonce } from "get-nonce";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { useContext, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { openedFor } from "@/components/browser/rendered-for";
import { Button } from "@/components/ui/button";
import { DialogContext } from "@/components/ui/dialog-context";
import { LeaveQuestion } from "@/components/ui/leave-question";
import type { Leaving } from "@/components/hooks/use-list-dialog";

// Radix keeps the page behind a dialog from scrolling by a style element, which needs the nonce of the page's policy.
if (typeof document !== "undefined") setNonce(document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "");

interface Parts {
  title: string;
  /** Names the content, the title by default. New content ignores clicks for a moment, so that a double click does not hit it. */
  face?: string | undefined;
  description?: ReactNode;
  /** What the dialog acts on, at the top; it describes the dialog. */
  subject?: ReactNode;
  /** Called for Escape, the close button and Cancel; the owner closes the dialog. */
  onClose: () => void;
  /** The question before something is lost. */
  leaving?: Leaving;
  children: ReactNode;
}

/** A modal dialog. A click outside doesn't close it, so nothing is lost by accident. Closed, it returns the focus. */
export function Dialog({ open, ...parts }: Parts & { open: boolean }) {
  const opener = useRef<Element | null>(null);
  const changed = useJustChanged(open);
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  return (
    <>
      <Primitive.Root
        open={open}
        onOpenChange={(next) => {
          if (!next) parts.onClose();
        }}
      >
        <Primitive.Portal>
          <Surface
            {...parts}
            onClosed={() => {
              if (opener.current instanceof HTMLElement) opener.current.focus();
            }}
          />
        </Primitive.Portal>
      </Primitive.Root>
      {changed && !open ? <Shield /> : null}
    </>
  );
}

/** An invisible layer that takes every click. */
export function Shield() {
  return <div aria-hidden className="fixed inset-0 z-40" />;
}

function Surface({
  title,
  face = title,
  description,
  subject,
  leaving,
  onClose,
  onClosed,
  children,
}: Parts & { onClosed: () => void }) {
  const outside = useContext(DialogContext);
  const question = leaving?.question ?? null;
  // Tells people with two organisations in two tabs which one this is.
  const organisation = openedFor()?.organisation;
  const { settling, onKeyDownCapture } = useSettling(question ? `${face} ?` : face);
  return (
    <Primitive.Overlay
      // A click beside the dialog must not take the focus out of it.
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) event.preventDefault();
      }}
      // From the top, so that what appears in the dialog moves nothing above it.
      className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] items-start justify-items-center overflow-y-auto bg-shade p-3 transition-opacity duration-150 sm:pt-20 starting:opacity-0"
    >
      <Primitive.Content
        data-asking={question ? "" : undefined}
        onKeyDownCapture={onKeyDownCapture}
        onInteractOutside={(event) => event.preventDefault()}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          onClosed();
        }}
        {...(description || subject ? {} : { "aria-describedby": undefined })}
        className={clsx(
          "group/dialog relative w-full max-w-lg rounded-lg border border-line bg-surface p-6 shadow-overlay outline-none max-sm:p-4",
          "transition-[scale] duration-150 starting:scale-98",
          settling && "pointer-events-none!",
        )}
      >
        <Primitive.Title className="pr-8 text-base font-semibold [overflow-wrap:anywhere]">{title}</Primitive.Title>
        {organisation ? (
          <p className="text-xs [overflow-wrap:anywhere] text-soft">
            in <bdi translate="no">{organisation}</bdi>
          </p>
        ) : null}
        {description || subject ? (
          <Primitive.Description asChild>
            <div className={clsx("mt-4", !subject && "[overflow-wrap:anywhere] text-soft")}>
              {subject ?? description}
            </div>
          </Primitive.Description>
        ) : null}
        <div className="mt-4">
          <DialogContext value={leaving?.scope ?? { ...outside, onClose, onCancel: onClose }}>{children}</DialogContext>
        </div>
        {leaving && question ? (
          <div className="mt-5">
            <LeaveQuestion loss={question} onStay={leaving.onStay} onLeave={leaving.onLeave} />
          </div>
        ) : null}
        <CloseButton className="top-4 right-4" />
      </Primitive.Content>
    </Primitive.Overlay>
  );
}

/** The cross in a corner of a dialog. @param className its place */
export function CloseButton({ className }: { className: string }) {
  return (
    <Primitive.Close
      aria-label="Close"
      className={clsx(
        "absolute grid size-7 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink",
        className,
      )}
    >
      <X aria-hidden className="size-4" />
    </Primitive.Close>
  );
}

/** Ends a dialog. It is where the step before had its button: the dialog ignores a double click, and asks before something is lost. */
export function DoneButton() {
  const { onClose } = useContext(DialogContext);
  return (
    <div className="mt-2 flex justify-end group-data-asking/dialog:hidden">
      <Button onClick={onClose}>Done</Button>
    </div>
  );
}

/** How long new content ignores the pointer, in milliseconds: a second click was meant for what it replaced. */
const SETTLING_MS = 700;

/** Whether a key activates the focused control or submits its form, rather than typing. */
function presses({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLTextAreaElement) return false;
  return key === "Enter" || (key === " " && !(target instanceof HTMLInputElement));
}

/**
 * Protects new content from input that was meant for what it replaced.
 * @param face names the content
 * @returns whether to ignore the pointer, and a handler that ignores a held or repeated Enter until another key is pressed
 */
function useSettling(face: string) {
  const [settled, setSettled] = useState<string | null>(null);
  const typedAt = useRef<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(face), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [face]);
  const settling = settled !== face;
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (!presses(event)) typedAt.current = face;
    else if (event.repeat || (settling && typedAt.current !== face)) event.preventDefault();
  };
  return { settling, onKeyDownCapture };
}

/** Whether the value changed so recently that a click may have been meant for what it replaced. */
export function useJustChanged(value: unknown): boolean {
  const [last, setLast] = useState({ value, lately: false });
  if (last.value !== value) setLast({ value, lately: true });
  useEffect(() => {
    if (!last.lately) return;
    const timer = setTimeout(() => setLast({ value: last.value, lately: false }), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [last]);
  return last.lately;
}
