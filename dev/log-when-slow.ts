/** Logs the line when the work takes over a second and a half. */
export async function logWhenSlow<T>(line: string, log: (line: string) => void, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    log(line);
  }, 1_500);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
