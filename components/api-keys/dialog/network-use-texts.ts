import { API_KEYS_PATH } from "@/components/shell/paths";
import type { NetworkUse } from "@/lib/api-keys/network-use";
import { countText, numberText } from "@/lib/text/number";

/**
 * From where a key was used, and what networks would mean for that.
 * @param typed as in the form
 * @throws Error where there is no answer
 */
export async function fetchNetworkUse(keyId: string, typed: string): Promise<NetworkUse> {
  const response = await fetch(`${API_KEYS_PATH}/network-use?${new URLSearchParams({ key: keyId, networks: typed })}`);
  if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
  return (await response.json()) as NetworkUse;
}

const addresses = (count: number) => countText(count, ["address", "addresses"]);
const period = ({ days }: NetworkUse) => `in the last ${String(days)} days`;

/** What is not known of the addresses. */
function limits({ hasMore, recorded }: NetworkUse): string {
  const more = hasMore ? " There were more addresses than are recorded, so some may be missing." : "";
  return recorded === "truncated" ? `${more} Only the network part of each address is recorded.` : more;
}

/** What "Suggest from use" found, and what it did. */
export function suggestionText(use: NetworkUse): string {
  const { addresses: all, outside, outsideThen, suggestion } = use;
  if (outside === null) return "Correct the networks above first.";
  if (all === 0 && use.recorded === "off")
    return "The addresses of calls aren’t recorded, so there’s nothing to suggest.";
  if (all === 0) return `There’s no record of a call with this key ${period(use)}, so there’s nothing to suggest.`;
  const used = `this key was used from ${period(use)}`;
  if (outside === 0) return `These networks already cover ${whole(all)} ${used}.${limits(use)}`;
  if (suggestion.length === 0) return "There’s no room for more networks. Combine some of them.";
  const covered = outsideThen === 0 ? whole(all) : `${numberText(all - outsideThen)} of the ${addresses(all)}`;
  const added = `Added ${countText(suggestion.length, ["network", "networks"])}.`;
  return `${added} The list now covers ${covered} ${used}.${limits(use)} Review it before you save.`;
}

const whole = (all: number) => (all === 1 ? "the one address" : `all ${addresses(all)}`);

/** What saving the networks would refuse of recent use; null where they cover all of it, or are not valid. */
export function exclusionText(use: NetworkUse): string | null {
  const { addresses: all, outside, recorded } = use;
  if (!outside) return null;
  const some = outside === all && all === 1 ? "The one address" : `${numberText(outside)} of the ${addresses(all)}`;
  const [is, will] = [outside === 1 ? "is" : "are", recorded === "truncated" ? "may" : "will"];
  return `${some} this key was used from ${period(use)} ${is} outside these networks. Calls from there ${will} be refused.${limits(use)}`;
}
