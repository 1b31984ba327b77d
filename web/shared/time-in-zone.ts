/** By how much clocks are set back in the zones of the world, in minutes. */
const clockTurns = [30, 60, 120];

/**
 * A moment as a clock in a time zone shows it. On the night in which clocks are set back an hour comes twice: times of it
 * have the zone's name beside them, which is another one each time.
 */
export function timeInZone(
  moment: number,
  format: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
  locale: string,
): string {
  const clock = clockIn(format, timeZone, locale);
  const words = clock.format(moment);
  const comesTwice = clockTurns
    .flatMap(minutes => [moment - minutes * 60_000, moment + minutes * 60_000])
    .some(other => clock.format(other) === words);
  return comesTwice ? clockIn({ ...format, timeZoneName: 'short' }, timeZone, locale).format(moment) : words;
}

function clockIn(
  format: Intl.DateTimeFormatOptions,
  timeZone: string | undefined,
  locale: string,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, timeZone ? { ...format, timeZone } : format);
  } catch {
    return new Intl.DateTimeFormat(locale, format); // a zone that this browser does not know
  }
}
