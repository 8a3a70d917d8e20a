import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** An error message below a field. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" className="flex items-start gap-1 text-xs text-bad">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** An error message below a small control in a table's cell, which is too narrow for it. */
export function CellError({ children }: { children: ReactNode }) {
  return (
    <div className="max-w-48 whitespace-normal">
      <FieldError>{children}</FieldError>
    </div>
  );
}
