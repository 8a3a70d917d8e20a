"use server";

import {
  allowKeyManagersInput,
  bindApplicationInput,
  unbindApplicationInput,
  updateApplicationInput,
} from "@/lib/applications/schemas";
import { allowKeyManagers, bindApplication, unbindApplication, updateApplication } from "@/lib/applications/service";
import { serverAction } from "@/lib/auth/server-action";

/** Binds an application. */
export const bindApplicationAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: bindApplicationInput },
  bindApplication,
);

/** Changes a binding. */
export const updateApplicationAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: updateApplicationInput },
  (actor, { applicationId, ...chosen }, context) => updateApplication(actor, applicationId, chosen, context),
);

/** Allows key managers, or no longer does. */
export const allowKeyManagersAction = serverAction(
  { role: "Admin", freshSignIn: ({ allowed }) => allowed, schema: allowKeyManagersInput },
  (actor, { allowed }, context) => allowKeyManagers(actor, allowed, context),
);

/** Ends a binding. */
export const unbindApplicationAction = serverAction(
  { role: "Admin", freshSignIn: false, schema: unbindApplicationInput },
  (actor, { applicationId }, context) => unbindApplication(actor, applicationId, context),
);
