import { isJson } from '../../functions/domain/media-type.ts';

describe('9.7: a content type', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;',
    'application/json ; ',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; charset="ut\\f-8"',
    'application/json; Charset=utf8',
    'application/json; odata=verbose; charset=utf-8',
    'application/json; profile="a;b, \\"c\\""; charset=utf-8',
    'application/json;; charset=utf-8',
  ])('%s is JSON', text => {
    expect(isJson(text)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'text/json',
    'application/jsonx',
    'application/json+x',
    'application/problem+json',
    'application/json, text/plain',
    'application/json charset=utf-8',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset=',
    'application/json; charset=utf-8; charset=latin1',
    'application/json; a="b',
    'text/plain; a=application/json',
  ])('%s is not', text => {
    expect(isJson(text)).toBe(false);
  });

  test('of any length is judged at once', () => {
    const startedAt = Date.now();
    for (const part of [' ', ';', '; a=b', '; a="\\"', '; a="', '"', '\\']) {
      isJson(`application/json${part.repeat(16_000)}x`);
      isJson(`application/json; a="${part.repeat(16_000)}`);
    }
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});
