import type { UseFormRegisterReturn } from "react-hook-form";

import { TextAreaField } from "@/components/ui/field";

/** A field for networks. @param what what an empty field allows, e.g. "let it call from anywhere" */
export function NetworksField({
  what,
  error,
  registration,
}: {
  what: string;
  error: string | undefined;
  registration: UseFormRegisterReturn;
}) {
  return (
    <TextAreaField
      label="Allowed networks (optional)"
      hint={`One per line, such as 203.0.113.0/24 or 2001:db8::/32. Leave it empty to ${what}.`}
      error={error}
      rows={3}
      maxLength={3_000}
      spellCheck={false}
      {...registration}
    />
  );
}
