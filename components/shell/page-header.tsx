import type { ReactElement } from "react";

/** The title of a page with what it's for. @param actions beside the title */
export function PageHeader({
  title,
  description,
  actions,
}: {
  title: string;
  description?: string;
  actions?: ReactElement;
}) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {description ? <p className="text-soft">{description}</p> : null}
      </div>
      {actions}
    </div>
  );
}
