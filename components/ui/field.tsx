import { clsx } from "clsx";
import { CircleAlert } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";

/** The classes of a text box, a select and a date field. */
export const inputClass = clsx(
  "bg-surface border-edge h-8 w-full rounded-md border px-2.5",
  "aria-invalid:border-bad placeholder:text-soft disabled:opacity-60",
);

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
    <div className="grid gap-1">
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

/** A field with a list to choose from. */
export function SelectField({ label, hint, error, ...select }: FieldProps & ComponentProps<"select">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <select className={inputClass} {...select} {...control} />}
    </Field>
  );
}

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
