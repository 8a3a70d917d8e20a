import type { ComponentProps } from "react";

import { RadioCards } from "@/components/ui/radio-cards";
import { ROLE_RIGHTS, ROLES } from "@/lib/members/roles";

const OPTIONS = ROLES.map((role) => [role, ROLE_RIGHTS[role]] as const);

/** The choice of a member's role, with what each may do. */
export function RoleField(props: Omit<ComponentProps<typeof RadioCards>, "legend" | "options">) {
  return <RadioCards legend="Role" options={OPTIONS} {...props} />;
}
