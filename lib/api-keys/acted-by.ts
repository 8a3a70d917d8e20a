import type { KeyManager } from "@/lib/actor";

/** Who acts, for the two columns that say who created, rotated or revoked a key. */
export const actedBy = (actor: KeyManager) =>
  actor.kind === "member"
    ? { member: actor.memberId, application: null }
    : { member: null, application: actor.applicationId };

interface Named {
  readonly name: string;
}

/** How texts name who acted; null for nobody. An application's name may look like a person's. */
export const actorName = (member: Named | null, application: Named | null) =>
  member?.name ?? (application && `${application.name} (application)`);

/** {@link actorName} of an application in SQL. An integration test compares the two. */
export const APPLICATION_NAME = "name || ' (application)'";
