"use client";

import { useEffect, useId, useRef } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

import { ROLE_RIGHTS, ROLES } from "@/lib/members/roles";

/** The choice of a role, with what each may do. @param isFirst whether it's the first field, which gets the focus */
export function RoleField({ isFirst = false, ...registration }: UseFormRegisterReturn & { isFirst?: boolean }) {
  const id = useId();
  const field = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // A dialog focuses the first radio button, chosen or not.
    if (isFirst) field.current?.querySelector<HTMLInputElement>(":checked")?.focus();
  }, [isFirst]);
  return (
    <fieldset ref={field} className="grid gap-1">
      <legend className="mb-1 font-medium">Role</legend>
      <div className="grid gap-2">
        {ROLES.map((role) => (
          <label
            key={role}
            className="flex cursor-pointer items-start gap-3 rounded-lg border border-edge px-3 py-2 outline-offset-2 outline-accent transition-colors hover:bg-sunken has-checked:border-accent has-checked:bg-accent-wash has-focus-visible:outline-2"
          >
            <input
              type="radio"
              value={role}
              aria-labelledby={`${id}-${role}`}
              aria-describedby={`${id}-${role}-rights`}
              className="mt-0.5 size-4 shrink-0 cursor-pointer accent-accent outline-none forced-colors:accent-auto"
              {...registration}
            />
            <span className="min-w-0">
              <span id={`${id}-${role}`} className="block font-medium">
                {role}
              </span>
              <span id={`${id}-${role}-rights`} className="block text-xs text-soft">
                {ROLE_RIGHTS[role]}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
