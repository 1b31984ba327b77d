import { randomId } from '../../apigateway/random-id.ts';

describe('ids that cannot be guessed', () => {
  test('have so many random bytes, whatever was drawn before', () => {
    for (const bytes of [1, 18, 24, 4_096, 18]) expect(Buffer.from(randomId(bytes), 'base64url')).toHaveLength(bytes);
  });

  test('share no byte: a whole supply holds as many different pieces as random bytes do', () => {
    const ids = Array.from({ length: 5_000 }, () => randomId(18));
    // Six bytes in a row are the same twice by chance once in two million such runs.
    const pieces = ids.flatMap(id => [id.slice(0, 8), id.slice(8, 16), id.slice(16, 24)]);
    expect(new Set(pieces).size).toBe(pieces.length);
  });

  test('are no supply that was used and cleared', () => {
    const bytes = Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.from(randomId(24), 'base64url')));
    const zeros = bytes.filter(byte => byte === 0).length;
    expect(zeros).toBeGreaterThan(20);
    expect(zeros).toBeLessThan(250);
  });
});
