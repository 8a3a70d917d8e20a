"use client";

import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/**
 * A panel below a button, which opens and closes it; Escape, a click elsewhere and leaving it with Tab close it too.
 * @param label names the panel for screen readers
 */
export function PopoverPanel({
  anchor,
  label,
  onClose,
  className = "",
  children,
}: {
  anchor: HTMLButtonElement;
  label: string;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}) {
  const isAnchor = (target: EventTarget | null) => target instanceof Node && anchor.contains(target);
  return (
    <Primitive.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Primitive.Anchor virtualRef={{ current: anchor }} />
      <Primitive.Portal>
        <Primitive.Content
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          // The button closes the panel itself: closing it here too would make its click reopen it.
          onInteractOutside={(event) => {
            if (isAnchor(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Leaves the focus alone if the person has moved it already.
            if (document.activeElement === document.body) anchor.focus();
          }}
          className={`z-30 rounded-lg border border-line bg-surface shadow-overlay outline-none ${className}`}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
