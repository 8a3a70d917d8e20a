"use client";

import type { UseFormRegisterReturn } from "react-hook-form";

import { ROLE_TEXTS } from "@/components/members/member-view";
import { SelectField } from "@/components/ui/field";
import { ROLES } from "@/lib/members/roles";

/** The choice of a role, with what each may do. */
export function RoleField({ registration, error }: { registration: UseFormRegisterReturn; error: string | undefined }) {
  return (
    <SelectField label="Role" error={error} {...registration}>
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {`${role}: ${ROLE_TEXTS[role]}`}
        </option>
      ))}
    </SelectField>
  );
}
