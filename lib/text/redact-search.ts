/** A whole key pasted into the search would end up in the URL and in histories: only its shown form may. */
export function redactSearch(search: string): string {
  return search.replace(/neo_sk_([a-z0-9]{2,12})_[A-Za-z0-9]{20}([A-Za-z0-9]{4})/g, "neo_sk_$1_…$2");
}
