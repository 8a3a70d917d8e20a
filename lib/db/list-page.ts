import "server-only";

/** Larger page numbers in a URL are clamped: no list is that long. */
const LAST_PAGE = 1_000_000;

/** One page of a list. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Rows that match, over all pages. */
  readonly total: number;
  /** From 1; the last page where a later one was requested. */
  readonly page: number;
  readonly hasNext: boolean;
  /** Rows on a full page. */
  readonly size: number;
}

/**
 * Reads one page of a list.
 * @param wanted the page, from 1, clamped to those that exist, and the number of its rows
 * @param count counts the matching rows
 */
export async function readListPage<Row>(
  wanted: { readonly page: number; readonly size: number },
  count: () => Promise<number>,
  find: (range: { skip: number; take: number }) => Promise<Row[]>,
): Promise<ListPage<Row>> {
  const { size } = wanted;
  const read = (page: number) => find({ skip: (page - 1) * size, take: size });
  const requested = Math.min(Math.max(1, wanted.page), LAST_PAGE);
  const [total, found] = await Promise.all([count(), read(requested)]);
  const page = Math.min(requested, Math.max(1, Math.ceil(total / size)));
  const rows = page === requested ? found : await read(page);
  return { rows, total, page, hasNext: total > page * size, size };
}
