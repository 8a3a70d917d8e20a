import { useId, type ReactElement, type ReactNode } from "react";

/** A titled part of a page. @param aside beside the title, such as links */
export function Section({ title, aside, children }: { title: string; aside?: ReactElement; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-6 min-w-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 id={id} className="font-semibold">
          <span>{title}</span>
        </h3>
        {aside}
      </div>
      {children}
    </section>
  );
}
