import { clsx } from "clsx";
import { Link2 } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

/** A heading, and a button with its link, which shows where the heading is pointed at. */
export function LinkedHeading({ id, level: Heading, children }: { id: string; level: "h2" | "h3"; children: string }) {
  return (
    <div className="group/heading flex min-w-0 items-start gap-1">
      <Heading id={id} className="min-w-0 scroll-mt-4 text-base font-semibold">
        {children}
      </Heading>
      <a
        href={`#${id}`}
        aria-label={`Link to ${children}`}
        className="grid size-6 shrink-0 place-items-center rounded-md text-soft opacity-0 transition-opacity duration-150 group-hover/heading:opacity-100 hover:text-accent focus-visible:opacity-100 print:hidden pointer-coarse:opacity-100"
      >
        <Link2 aria-hidden className="size-4" />
      </a>
    </div>
  );
}

/** A page of documentation: its navigation, beside the content where there is room. */
export function DocPage({ nav, children }: { nav: ReactElement; children: ReactNode }) {
  return (
    <div className="@container">
      <div className="grid gap-8 @3xl:grid-cols-[12rem_minmax(0,1fr)]">
        {nav}
        <div className="grid min-w-0 content-start gap-10">{children}</div>
      </div>
    </div>
  );
}

/** Text and its samples: beside it where there is room, where they stay in view while the text scrolls. */
export function WithSamples({ samples, children }: { samples: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-x-8 gap-y-4 @min-[64rem]:grid-cols-2">
      <div className="grid min-w-0 content-start gap-4">{children}</div>
      <div className="min-w-0">
        {/* The padding is room for outlines, which a box that scrolls cuts off. */}
        <div className="grid min-w-0 content-start gap-4 @min-[64rem]:sticky @min-[64rem]:top-3 @min-[64rem]:-m-1 @min-[64rem]:max-h-[calc(100dvh-1.5rem)] @min-[64rem]:overflow-y-auto @min-[64rem]:p-1">
          {samples}
        </div>
      </div>
    </div>
  );
}

/** A section of a page of documentation, with an anchor. @param samples programs and responses that belong to the text */
export function DocSection({
  id,
  title,
  samples,
  children,
}: {
  id: string;
  title: string;
  samples?: ReactNode;
  children: ReactNode;
}) {
  const text = (
    <>
      <LinkedHeading id={id} level="h2">
        {title}
      </LinkedHeading>
      {children}
    </>
  );
  return (
    <section aria-labelledby={id} className="grid min-w-0 gap-3">
      {samples ? <WithSamples samples={samples}>{text}</WithSamples> : text}
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
    <code
      translate="no"
      className="rounded-sm border border-line bg-sunken px-0.5 py-px font-mono text-xs [overflow-wrap:anywhere]"
    >
      {children}
    </code>
  );
}

/** Text of the OpenAPI document: `code` in backticks, paragraphs and lists with dashes separated by blank lines. */
export function MarkedText({ text, className }: { text: string; className?: string }) {
  return text.split(/\n\s*\n/).map((block, index) =>
    block.startsWith("- ") ? (
      <ul key={index} className={clsx("grid list-disc gap-1 pl-5", className)}>
        {block.split("\n").map((item) => (
          <li key={item}>{markCode(item.replace(/^- /, ""))}</li>
        ))}
      </ul>
    ) : (
      <p key={index} className={className}>
        {markCode(block)}
      </p>
    ),
  );
}

const markCode = (text: string) =>
  text.split(/(`[^`]+`)/).map((part, at) => (part.startsWith("`") ? <Code key={at}>{part.slice(1, -1)}</Code> : part));
