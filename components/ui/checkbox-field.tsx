import { useId, type ComponentProps } from "react";

/** A checkbox with its label, and what checking it means. */
export function CheckboxField({ label, hint, ...input }: ComponentProps<"input"> & { label: string; hint: string }) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-6 items-center gap-2.5 font-medium">
        <input type="checkbox" aria-describedby={id} className="size-4 shrink-0 accent-accent" {...input} />
        <span>{label}</span>
      </label>
      <p id={id} className="pl-6.5 text-xs text-soft">
        {hint}
      </p>
    </div>
  );
}
