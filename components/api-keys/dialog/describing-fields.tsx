import type { FieldErrors, UseFormRegisterReturn } from "react-hook-form";

import { TextAreaField, TextField } from "@/components/ui/field";

/** Owner and note of a key. @param register the form's, for these two */
export function DescribingFields({
  register,
  errors,
}: {
  register: (name: "owner" | "note") => UseFormRegisterReturn<"owner" | "note">;
  errors: FieldErrors<{ owner: string; note: string }>;
}) {
  return (
    <>
      <TextField
        type="email"
        label="Owner (optional)"
        hint="Whom to ask about this key: the e-mail address of a member or a team."
        error={errors.owner?.message}
        {...register("owner")}
      />
      <TextAreaField
        label="Note (optional)"
        hint="What it is for and where it runs. Never the key itself."
        error={errors.note?.message}
        rows={3}
        maxLength={2_000}
        {...register("note")}
      />
    </>
  );
}
