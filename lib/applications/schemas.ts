import { z } from "zod";

import { ApplicationRole } from "@/lib/generated/prisma/enums";
import { typedNetworks } from "@/lib/http/network-fields";
import { cleanName, nameProblem } from "@/lib/text/name";
import { note } from "@/lib/text/note";

const name = z
  .string("Give the application a name.")
  .superRefine((typed, context) => {
    const problem = nameProblem(typed, "Give the application a name.");
    if (problem) context.addIssue({ code: "custom", message: problem });
  })
  .transform(cleanName);

const guid = z
  .string("Enter an ID.")
  .trim()
  .toLowerCase()
  .pipe(z.guid("Enter an ID such as 11111111-2222-3333-4444-555555555555."));

/** What may be changed of a binding. */
const changeable = {
  name,
  role: z.enum(ApplicationRole, { error: "Choose a role." }),
  expiresAt: z.iso.datetime({ offset: true, error: "Choose a date and time." }).nullable(),
  networks: typedNetworks,
  note,
};

/** What the form sends that binds an application. */
export const bindApplicationInput = z.object({ clientId: guid, oid: guid, ...changeable });
export type BindApplicationInput = z.input<typeof bindApplicationInput>;

/** What the form sends that changes a binding. */
export const updateApplicationInput = z.object({ applicationId: z.uuid(), ...changeable });
export type UpdateApplicationInput = z.input<typeof updateApplicationInput>;

/** What the dialog sends that allows key managers, or no longer does. */
export const allowKeyManagersInput = z.object({ allowed: z.boolean() });
export type AllowKeyManagersInput = z.infer<typeof allowKeyManagersInput>;

/** What the dialog sends that ends a binding. */
export const unbindApplicationInput = z.object({ applicationId: z.uuid() });
export type UnbindApplicationInput = z.infer<typeof unbindApplicationInput>;
