/** The last time that RFC 3339 can express: four digits for the year, in UTC. */
export const LAST_TIME = new Date("9999-12-31T23:59:59.999Z");

const FIRST_TIME = new Date("0001-01-01T00:00:00.000Z");

/** Whether a time is in the years 1 to 9999 UTC, which the API, the database and every client can write. */
export function isInCalendar(time: Date): boolean {
  return time >= FIRST_TIME && time <= LAST_TIME;
}
