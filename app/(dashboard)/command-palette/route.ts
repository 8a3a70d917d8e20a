import { COMMAND_PALETTE_PATH } from "@/components/shell/paths";
import { jsonHandler } from "@/lib/auth/json-handler";
import { searchEverything } from "@/lib/command-palette/search";

/** The keys, agents and members that the command palette finds, as far as the person may see them. */
export const GET = jsonHandler(COMMAND_PALETTE_PATH, null, async (actor, query, now) => ({
  body: await searchEverything(actor, query, now),
}));
