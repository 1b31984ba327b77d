import { randomUUID } from 'node:crypto';
import type { BadInput, Scene } from '../bad-input.ts';

const hello = (more: object) => (scene: Scene) => helloOf(scene, more);
const helloOf = ({ keys }: Scene, more: object = {}) => ({
  type: 'hello',
  role: 'shop',
  shop: 'shop1',
  token: keys.shop1,
  device: randomUUID(),
  ...more,
});
const keyOf = ({ keys }: Scene) => keys.shop1 ?? '';

const wrongKeys: [string, (scene: Scene) => object][] = [
  ['a wrong key', hello({ token: 'x'.repeat(43) })],
  ['a truncated key', scene => helloOf(scene, { token: keyOf(scene).slice(0, -1) })],
  ['a key with one letter more', scene => helloOf(scene, { token: `${keyOf(scene)}x` })],
  ['a key in capitals', scene => helloOf(scene, { token: keyOf(scene).toUpperCase() })],
  ['a key with a space', scene => helloOf(scene, { token: ` ${keyOf(scene)}` })],
  ['another shop’s key', scene => helloOf(scene, { token: scene.keys.shop2 })],
  ['an order’s token', scene => helloOf(scene, { token: scene.token })],
  ['an unknown shop', hello({ shop: 'nowhere' })],
  ['a shop that is a property of all objects', hello({ shop: '__proto__' })],
  ['a guessed token', () => ({ type: 'hello', role: 'customer', order: randomUUID(), token: 'x' })],
  ['a wrong token', ({ order }) => ({ type: 'hello', role: 'customer', order, token: 'x'.repeat(43) })],
  ['a truncated token', ({ order, token }) => ({ type: 'hello', role: 'customer', order, token: token.slice(0, -1) })],
  ['another order’s token', ({ token }) => ({ type: 'hello', role: 'customer', order: randomUUID(), token })],
  ['a shop’s key for an order', ({ order, keys }) => ({ type: 'hello', role: 'customer', order, token: keys.shop1 })],
];
const noKeys: [string, (scene: Scene) => object][] = [
  ['an empty key', hello({ token: '' })],
  ['no key', hello({ token: undefined })],
  ['null as key', hello({ token: null })],
  ['a list of keys', scene => helloOf(scene, { token: [keyOf(scene)] })],
  ['a key of 201', hello({ token: 'x'.repeat(201) })],
  ['two roles', hello({ order: randomUUID() })],
  ['a right as field', hello({ admin: true })],
  ['another role', hello({ role: 'admin' })],
];

/** Whoever has not the secret gets in nowhere. */
export const badSecrets: BadInput[] = [
  ...wrongKeys.map(([name, frame]): BadInput => ({ name, from: 'nobody', frame, ends: 'unauthorized' })),
  ...noKeys.map(([name, frame]): BadInput => ({ name, from: 'nobody', frame, ends: 'protocol_error' })),
  ...[
    'https://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'https://localhost.evil.example',
    'http://localhost@evil.example',
    'file://',
  ].map((origin): BadInput => ({ name: `the page of ${origin}`, handshake: { headers: { origin } }, status: 403 })),
  { name: 'a name that is not ours', handshake: { headers: { host: 'rebound.example' } }, status: 400 },
  { name: 'a WebSocket elsewhere', handshake: { path: '/socket' }, status: 404 },
];
