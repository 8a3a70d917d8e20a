"use client";

import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from "react";

import { onDemand, prepare, useOnDemand } from "@/components/ui/on-demand";

const DELAY_MS = 200;
/** Moving on from one tooltip to the next takes no second delay. */
const SKIP_DELAY_MS = 300;

const bubble = onDemand(() => import("@/components/ui/tooltip-bubble"));

/** There is one open tooltip at most. */
let shown: { id: string; hide: () => void } | null = null;
let lastHidden = Number.NEGATIVE_INFINITY;

/** Notes that a tooltip opens, and closes the one before it. */
function noteShown(id: string, hide: () => void): void {
  if (shown && shown.id !== id) shown.hide();
  shown = { id, hide };
}

/** Notes that a tooltip closes, if it is the open one. */
function noteHidden(id: string): void {
  if (shown?.id !== id) return;
  shown = null;
  lastHidden = performance.now();
}

/** Whether one is open, or was a moment ago. */
function isMovingOn(): boolean {
  return shown !== null || performance.now() - lastHidden < SKIP_DELAY_MS;
}

/**
 * Text that carries more on hover, on focus and on tap. The trigger is a button, so that a keyboard reaches it; what it
 * shows, and the code that finds a place for it, comes when it is first needed.
 */
export function Tooltip({
  content,
  className,
  children,
}: {
  content: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const hovered = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);

  const hide = useCallback(() => {
    clearTimeout(timer.current);
    noteHidden(id);
    setOpen(false);
  }, [id]);
  const show = () => {
    clearTimeout(timer.current);
    noteShown(id, hide);
    setOpen(true);
  };
  useEffect(() => hide, [hide]);
  const part = useOnDemand(bubble, open, hide);

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-describedby={open && part ? id : undefined}
        onPointerMove={({ pointerType }) => {
          if (pointerType === "touch" || hovered.current) return;
          hovered.current = true;
          prepare(bubble);
          if (isMovingOn()) show();
          else timer.current = setTimeout(show, DELAY_MS);
        }}
        onPointerLeave={() => {
          hovered.current = false;
          clearTimeout(timer.current);
          // Once it is shown it decides itself: the pointer may be on its way to it.
          if (!part) hide();
        }}
        onFocus={show}
        onBlur={hide}
        // A touch screen has nothing but taps.
        onClick={show}
      >
        {children}
      </button>
      {part && open ? (
        <part.TooltipBubble id={id} trigger={button} onHide={hide}>
          {content}
        </part.TooltipBubble>
      ) : null}
    </>
  );
}
