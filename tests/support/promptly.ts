/** What a test ends, so that one that hangs says what it waits for. @throws Error after a minute */
export async function promptly<T>(what: string, ending: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within a minute: ${what}`)), 60_000);
  });
  try {
    return await Promise.race([ending, late]);
  } finally {
    clearTimeout(timer);
  }
}
