import { useId, type ReactElement, type ReactNode } from "react";

/**
 * A titled part of a page.
 * @param as its heading, by its level on the page
 * @param aside beside the title, such as links
 */
export function Section({
  as: Heading = "h3",
  title,
  aside,
  children,
}: {
  as?: "h2" | "h3";
  title: string;
  aside?: ReactElement;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-6 min-w-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Heading id={id} className="font-semibold">
          <span>{title}</span>
        </Heading>
        {aside}
      </div>
      {children}
    </section>
  );
}
