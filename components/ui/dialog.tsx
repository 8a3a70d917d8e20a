"use client";

import { setNonce } from "get-nonce";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { useLayoutEffect, useRef, type ReactNode } from "react";

import { openedFor } from "@/components/shell/rendered-for";

// Radix keeps the page behind a dialog from scrolling by a style element, which needs the nonce of the page's policy.
if (typeof document !== "undefined") setNonce(document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "");

/**
 * A modal dialog. It never closes by a click outside: what is typed or shown in it is worth more than that.
 * @param onClose asked by Escape and by the close button; the owner decides
 * @param onInput told when something in it is typed or chosen
 * The focus returns to whatever had it before.
 */
export function Dialog({
  open,
  title,
  description,
  onClose,
  onInput,
  children,
}: {
  open: boolean;
  title: string;
  description?: ReactNode;
  onClose: () => void;
  onInput?: () => void;
  children: ReactNode;
}) {
  const opener = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement;
  }, [open]);
  // Someone with two organisations open in two tabs sees which one this is about.
  const organisation = open ? openedFor()?.organisation : null;
  return (
    <Primitive.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-y-auto bg-shade p-3">
          <Primitive.Content
            onInput={onInput}
            onInteractOutside={(event) => {
              event.preventDefault();
            }}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (opener.current instanceof HTMLElement) opener.current.focus();
            }}
            {...(description ? {} : { "aria-describedby": undefined })}
            className="relative w-full max-w-lg rounded-lg border border-line bg-surface p-5 shadow-xl outline-none"
          >
            <Primitive.Title className="pr-8 text-lg font-semibold [overflow-wrap:anywhere]">{title}</Primitive.Title>
            {organisation ? (
              <p className="text-xs [overflow-wrap:anywhere] text-soft">
                in <bdi>{organisation}</bdi>
              </p>
            ) : null}
            {description ? (
              <Primitive.Description asChild>
                <div className="mt-1 [overflow-wrap:anywhere] text-soft">{description}</div>
              </Primitive.Description>
            ) : null}
            <div className="mt-4">{children}</div>
            <Primitive.Close
              aria-label="Close"
              className="absolute top-4 right-4 grid size-7 place-items-center rounded-md text-soft hover:bg-sunken"
            >
              <X aria-hidden className="size-4" />
            </Primitive.Close>
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** The row of buttons at a dialog's foot. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
