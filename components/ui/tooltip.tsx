"use client";

import { Tooltip as Primitive } from "radix-ui";
import { useState, type ReactNode } from "react";

/** Must stand once above all tooltips: they share its delay. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Primitive.Provider delayDuration={200}>{children}</Primitive.Provider>;
}

/** Text that carries more on hover, on focus and on tap. The trigger is a button, so that a keyboard reaches it. */
export function Tooltip({
  content,
  className,
  children,
}: {
  content: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Primitive.Root open={open} onOpenChange={setOpen}>
      <Primitive.Trigger
        className={className}
        // A click would close it, and a touch screen has nothing but taps.
        onClick={(event) => {
          event.preventDefault();
          setOpen(true);
        }}
        onPointerDown={(event) => {
          event.preventDefault();
        }}
      >
        {children}
      </Primitive.Trigger>
      {/* No portal: outside the page's landmarks a screen reader's user would not know where the text belongs. */}
      <Primitive.Content
        sideOffset={4}
        collisionPadding={8}
        className="z-50 w-max max-w-80 rounded-md bg-ink px-2.5 py-1.5 text-left text-xs font-normal text-surface shadow-lg"
      >
        {content}
      </Primitive.Content>
    </Primitive.Root>
  );
}
