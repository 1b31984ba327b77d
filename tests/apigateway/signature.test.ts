import { signatureOf } from '../../apigateway/signature.ts';

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
