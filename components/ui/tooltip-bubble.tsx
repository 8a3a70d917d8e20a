"use client";

import { Tooltip as Primitive } from "radix-ui";
import { useImperativeHandle, type ReactNode, type Ref, type RefObject } from "react";

/** An element that is on the page already, in the place of one that Radix would render. */
function Existing({ element, ref }: { element: RefObject<HTMLElement | null>; ref?: Ref<HTMLElement> }) {
  useImperativeHandle<HTMLElement | null, HTMLElement | null>(ref, () => element.current, [element]);
  return null;
}

/**
 * What an open tooltip shows, beside its trigger: it stays while the pointer is on either or on its way between them, and
 * goes by Escape, by scrolling and when the pointer leaves.
 * @param id what the trigger's aria-describedby names
 */
export function TooltipBubble({
  id,
  trigger,
  onHide,
  children,
}: {
  id: string;
  trigger: RefObject<HTMLElement | null>;
  onHide: () => void;
  children: ReactNode;
}) {
  return (
    <Primitive.Provider>
      <Primitive.Root
        open
        onOpenChange={(open) => {
          if (!open) onHide();
        }}
      >
        <Primitive.Trigger asChild>
          <Existing element={trigger} />
        </Primitive.Trigger>
        {/* No portal: outside the page's landmarks a screen reader's user would not know where the text belongs. */}
        <Primitive.Content
          id={id}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-max max-w-80 rounded-md bg-ink px-2.5 py-1.5 text-left text-xs font-normal text-surface shadow-lg"
        >
          {children}
        </Primitive.Content>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
