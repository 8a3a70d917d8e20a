"use client";

import { X } from "lucide-react";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";

import type { useListDialog } from "@/components/hooks/use-list-dialog";

/** A button in a notice. */
interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** Long enough to read the notice twice (WCAG 2.2.1). */
const SHOWN_MS = 10_000;

/**
 * What just happened, announced to screen readers and shown at the foot of the window. It disappears after ten seconds,
 * unless it is hovered or focused.
 * @param isError keeps it until it is dismissed
 * @param action what can be done about it
 */
export function Notice({
  text,
  isError = false,
  action,
  onDismiss,
}: {
  text: ReactNode;
  isError?: boolean;
  action?: NoticeAction | undefined;
  onDismiss: () => void;
}) {
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-(--notice-bottom) z-30 flex justify-center px-4 print:hidden"
    >
      {text ? <Toast key={typeof text === "string" ? text : null} {...{ text, isError, action, onDismiss }} /> : null}
    </div>
  );
}

function Toast({
  text,
  isError,
  action,
  onDismiss,
}: {
  text: ReactNode;
  isError: boolean;
  action: NoticeAction | undefined;
  onDismiss: () => void;
}) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const leave = useEffectEvent(onDismiss);
  useEffect(() => {
    if (isError || hovered || focused) return;
    const timer = setTimeout(() => leave(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isError, hovered, focused]);
  return (
    // Hovering and focusing only stop the timer; there is nothing to operate.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="group"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-md border border-transparent bg-ink py-2 pr-2 pl-4 text-surface shadow-overlay"
    >
      <span className="min-w-0 break-words">{text}</span>
      {action ? (
        <button
          type="button"
          onClick={action.run}
          className="-my-1 shrink-0 rounded-sm px-2 py-1 font-semibold underline underline-offset-4 outline-surface hover:opacity-75 focus-visible:outline-current"
        >
          {action.label}
        </button>
      ) : null}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={onDismiss}
        className="grid size-7 shrink-0 place-items-center rounded-sm outline-surface hover:opacity-75 focus-visible:outline-current"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}

/** What a dialog opens above: it takes the focus when the button that opened the dialog is gone, and shows the outcome. */
export function DialogHost({
  label,
  host: { notice, undo, setNotice, fallbackFocus },
  isError = false,
  children,
}: {
  label?: string;
  host: ReturnType<typeof useListDialog>["host"];
  isError?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      <div
        ref={fallbackFocus}
        tabIndex={-1}
        role={label ? "group" : undefined}
        aria-label={label}
        className="outline-none"
      >
        {children}
      </div>
      <Notice
        text={notice}
        isError={isError}
        action={undo && !isError ? { label: "Undo", run: undo } : undefined}
        onDismiss={() => setNotice("")}
      />
    </>
  );
}
