import { isSigned, signatureOf } from '../../functions/domain/signature.ts';

// The example of the Standard Webhooks specification's reference libraries.
const call = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('a call is signed as Standard Webhooks sign it', () => {
  expect(signatureOf(call, secret)).toBe(signature);
});

test('a secret in plain text is its bytes', () => {
  const asBase64 = `whsec_${Buffer.from('plain secret').toString('base64')}`;
  expect(signatureOf(call, 'plain secret')).toBe(signatureOf(call, asBase64));
});

test.each([
  ['the signature', call, signature, 0, true],
  ['one of several signatures', call, `v1,AAAA v2,x ${signature}`, 299, true],
  ['a call that is too old', call, signature, 301, false],
  ['a call from the future', call, signature, -301, false],
  ['another body', { ...call, body: '{}' }, signature, 0, false],
  ['another id', { ...call, id: 'other' }, signature, 0, false],
  ['another time', { ...call, timestamp: call.timestamp + 1 }, signature, 0, false],
  ['no time', { ...call, timestamp: Number.NaN }, signature, 0, false],
  ['another version', call, signature.replace('v1', 'v2'), 0, false],
  ['a truncated signature', call, signature.slice(0, -4), 0, false],
  ['no signature', call, '', 0, false],
])('%s is judged rightly', (_, signed, header, later, expected) => {
  expect(isSigned(signed, header, secret, call.timestamp + later)).toBe(expected);
});
