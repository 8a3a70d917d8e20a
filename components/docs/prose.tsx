import type { ReactNode } from "react";

/** A section of a page of documentation, with an anchor. */
export function DocSection({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="grid min-w-0 gap-3">
      <h2 id={id} className="scroll-mt-4 text-lg font-semibold">
        <a href={`#${id}`} className="inline-block hover:underline">
          {title}
        </a>
      </h2>
      {children}
    </section>
  );
}

/** A paragraph. */
export function Paragraph({ children }: { children: ReactNode }) {
  return <p className="max-w-prose">{children}</p>;
}

/** Code within a sentence. */
export function Code({ children }: { children: ReactNode }) {
  return (
    <code translate="no" className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.92em] [overflow-wrap:anywhere]">
      {children}
    </code>
  );
}

/** Text of the OpenAPI document: `code` in backticks, paragraphs separated by blank lines. */
export function MarkedText({ text, className }: { text: string; className?: string }) {
  return text.split(/\n\s*\n/).map((paragraph, index) => (
    <p key={index} className={className}>
      {paragraph
        .split(/(`[^`]+`)/)
        .map((part, at) => (part.startsWith("`") ? <Code key={at}>{part.slice(1, -1)}</Code> : part))}
    </p>
  ));
}

/** The classes of a link within text. */
export const textLink = "text-accent underline hover:no-underline";
