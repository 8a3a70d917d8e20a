import { z } from "zod";

import { Role } from "@/lib/generated/prisma/enums";
import { emailProblem } from "@/lib/text/email";
import { cleanName, personNameProblem } from "@/lib/text/name";

const checked = (problemOf: (typed: string) => string | null) =>
  z
    .string("This is missing.")
    .superRefine((typed, context) => {
      const problem = problemOf(typed);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .transform(cleanName);

const role = z.enum(Role, { error: "Choose a role." });

/** What the invite form sends: somebody found in the directory, or a name and an e-mail address. */
export const inviteInput = z.union([
  z.object({ oid: z.guid().toLowerCase(), role }),
  z.object({ name: checked(personNameProblem), email: checked(emailProblem), role }),
]);
export type InviteInput = z.input<typeof inviteInput>;

/** A member, for what needs no more to be said. */
export const memberInput = z.object({ memberId: z.uuid() });
export type MemberInput = z.infer<typeof memberInput>;

/** What the role dialog sends. */
export const changeRoleInput = z.object({ memberId: z.uuid(), role });
export type ChangeRoleInput = z.infer<typeof changeRoleInput>;
