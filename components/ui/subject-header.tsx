import type { ReactElement, ReactNode } from "react";

/**
 * What a page below the tabs is about: its name, and its buttons.
 * @param detail below the name
 * @param children the buttons
 */
export function SubjectHeader({ name, detail, children }: { name: string; detail: ReactElement; children: ReactNode }) {
  return (
    <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="text-xl font-semibold [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
        </h2>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">{detail}</div>
      </div>
      {children}
    </div>
  );
}
