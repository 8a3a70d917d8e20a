"use client";

import { useRef, type ReactNode } from "react";

import { CopyButton, selectText, useCopy } from "@/components/ui/copy";

/** The classes of a frame around code. */
export const codeFrameClass = "min-w-0 rounded-lg border border-line bg-sunken";

/** The classes of a box in which code scrolls sideways, because a line that wraps looks like two. On paper it wraps. */
export const codeScrollClass =
  "min-w-0 overflow-x-auto rounded-md -outline-offset-2 print:[overflow-wrap:anywhere] print:whitespace-pre-wrap";

/** The parts of a frame around code: the code, a button that copies it, and what became of that. @param label names the code */
export function useCode(code: string, label: string) {
  const text = useRef<HTMLPreElement>(null);
  const { state, status, copy } = useCopy("code");
  return {
    pre: (
      <pre translate="no" ref={text} className="px-3 py-2.5 font-mono text-xs leading-relaxed">
        {code}
      </pre>
    ),
    button: (
      <CopyButton
        small
        copied={state === "copied"}
        label={label}
        onClick={() => void copy(code, () => selectText(text.current))}
      />
    ),
    status: (
      <p role="status" className={state === "failed" ? "px-3 pb-2 text-xs text-bad" : "sr-only"}>
        {status}
      </p>
    ),
  };
}

/** The top of a frame around code. */
export function CodeHeader({ children, button }: { children: ReactNode; button: ReactNode }) {
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-2 border-b border-line pr-1.5 pl-3">
      {children}
      <span className="ml-auto flex py-1">{button}</span>
    </div>
  );
}

/**
 * Code with a title and a button that copies it.
 * @param label names the code for screen readers
 * @param wraps for documents with whole paragraphs in a line
 */
export function CodeBlock({
  code,
  title,
  label,
  wraps = false,
}: {
  code: string;
  title: string;
  label: string;
  wraps?: boolean;
}) {
  const { pre, button, status } = useCode(code, label);
  return (
    <div className={codeFrameClass}>
      <CodeHeader button={button}>
        <span className="text-xs font-medium text-soft">{title}</span>
      </CodeHeader>
      {wraps ? (
        <div className="[overflow-wrap:anywhere] whitespace-pre-wrap">{pre}</div>
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <div role="group" aria-label={label} tabIndex={0} className={codeScrollClass}>
          {pre}
        </div>
      )}
      {status}
    </div>
  );
}
