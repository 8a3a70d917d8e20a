import { clsx } from "clsx";
import { useId, type ComponentProps, type ReactNode } from "react";

import { FieldError } from "@/components/ui/field-error";
import { inputClass } from "@/components/ui/input";

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
}

/** What a field passes to its control: the id its label points at, and the ids of its hint and error. */
interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** A label, a control, a hint and an error message, tied together for screen readers. */
export function Field({
  label,
  hint,
  error,
  children,
}: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium [overflow-wrap:anywhere]">
        {label}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint ? (
        <div id={`${id}-hint`} className="text-xs break-words text-soft">
          {hint}
        </div>
      ) : null}
      {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
    </div>
  );
}

/** A field with a text box. */
export function TextField({ label, hint, error, ...input }: FieldProps & ComponentProps<"input">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <input type="text" autoComplete="off" className={inputClass} {...input} {...control} />}
    </Field>
  );
}

/** A field with a text box of several lines. */
export function TextAreaField({ label, hint, error, ...area }: FieldProps & ComponentProps<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <textarea className={clsx(inputClass, "h-auto py-1.5")} {...area} {...control} />}
    </Field>
  );
}
