"use client";

import type { UseFormRegisterReturn } from "react-hook-form";

import { ROLE_TEXTS } from "@/components/members/member-view";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { ROLES } from "@/lib/members/roles";

/** The choice of a role, with what each may do. */
export function RoleField({ registration, error }: { registration: UseFormRegisterReturn; error: string | undefined }) {
  return (
    <Field label="Role" error={error}>
      {(control) => (
        <select {...control} {...registration} className={inputClass}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {`${role}: ${ROLE_TEXTS[role]}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
