import "server-only";

/** Rows on one page of a dashboard list. */
export const PAGE_SIZE = 50;

/** A list is counted exactly up to here, then shown as "more than". */
const COUNT_LIMIT = 1_000;

/** Larger page numbers in a URL are clamped: no list is that long. */
const LAST_PAGE = 1_000_000;

/** One page of a list. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Rows that match, over all pages. */
  readonly total: number;
  /** There are more than `total`: counting stopped there. */
  readonly totalIsFloor: boolean;
  /** From 1; the last page where a later one was requested. */
  readonly page: number;
  readonly hasNext: boolean;
  /** Rows on a full page. */
  readonly size: number;
}

/**
 * Reads one page of a list.
 * @param requested the page, from 1; clamped to those that exist
 * @param count counts the matching rows, up to `take`
 * @param countLimit where the exact count ends
 */
export async function readListPage<Row>(
  requested: number,
  count: (range: { take: number }) => Promise<number>,
  find: (range: { skip: number; take: number }) => Promise<Row[]>,
  countLimit = COUNT_LIMIT,
): Promise<ListPage<Row>> {
  const read = (page: number) => find({ skip: (page - 1) * PAGE_SIZE, take: PAGE_SIZE });
  const wanted = Math.min(Math.max(1, requested), LAST_PAGE);
  // Counting every row would take longer than the rest of the page; it stops past the requested page.
  const limit = Math.max(countLimit, wanted * PAGE_SIZE);
  const [counted, found] = await Promise.all([count({ take: limit + 1 }), read(wanted)]);
  const total = Math.min(counted, limit);
  const page = Math.min(wanted, Math.max(1, Math.ceil(total / PAGE_SIZE)));
  const rows = page === wanted ? found : await read(page);
  const hasNext = counted > page * PAGE_SIZE;
  return { rows, total, totalIsFloor: counted > limit, page, hasNext, size: PAGE_SIZE };
}
