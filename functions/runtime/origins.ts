import { noOrigin, readOrigin } from '../../apigateway/origin.ts';
import { setting } from './environment.ts';

/**
 * `ORIGINS`: those of the pages and apps that may connect, with commas between; none: no page at all.
 * @throws Error that names the origin that is none
 */
export function allowedOrigins(): string[] {
  const given = setting('ORIGINS', '')
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
  return given.map(each => {
    const origin = readOrigin(each);
    if (origin === undefined) throw new Error(`ORIGINS: ${JSON.stringify(each)} ${noOrigin}`);
    return origin;
  });
}
