/** The last moment that RFC 3339 can name: four digits for the year, in UTC. */
export const LAST_MOMENT = new Date("9999-12-31T23:59:59.999Z");

const FIRST_MOMENT = new Date("0001-01-01T00:00:00.000Z");

/** Whether a moment is in the years 1 to 9999 of UTC, which the API, the database and every client can write. */
export function isInCalendar(moment: Date): boolean {
  return moment >= FIRST_MOMENT && moment <= LAST_MOMENT;
}
