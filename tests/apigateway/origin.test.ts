import fc from 'fast-check';
import { readOrigin } from '../../apigateway/origin.ts';

describe('9.7: an origin', () => {
  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['HTTPS://Shop.Example', 'https://shop.example'],
    ['https://shop.example:443', 'https://shop.example'],
    ['http://shop.example:80', 'http://shop.example'],
    ['http://shop.example:8080', 'http://shop.example:8080'],
    ['https://外卖.example', 'https://xn--5krr7k.example'],
    ['http://[0:0::1]:80', 'http://[::1]'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['Capacitor://LocalHost', 'capacitor://localhost'],
    ['ionic://localhost', 'ionic://localhost'],
    ['tauri://localhost', 'tauri://localhost'],
    ['http://tauri.localhost', 'http://tauri.localhost'],
    ['app://obsidian.md', 'app://obsidian.md'],
    ['app://-', 'app://-'],
    ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
    ['file://', 'file://'],
    ['null', 'null'],
  ])('%s is spelled %s', (text, expected) => {
    expect(readOrigin(text)).toBe(expected);
    expect(readOrigin(expected)).toBe(expected);
  });

  test.each([
    '',
    '*',
    'https://*.example',
    'shop.example',
    '//shop.example',
    'https://',
    'https://shop.example/',
    'https://shop.example/menu',
    'https://shop.example?a',
    'https://shop.example#a',
    'https://user@shop.example',
    'https://shop.example:99999',
    'https://shop.example, https://evil.example',
    'wss://shop.example',
    'file:///home',
    'data:text/html,x',
    'javascript:alert(1)',
    'NULL',
  ])('%j is none', text => {
    expect(readOrigin(text)).toBeUndefined();
  });

  test('of any URL of a page is the one that browsers send', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), url => {
        const { origin } = new URL(url);
        expect(readOrigin(origin)).toBe(origin);
        expect(readOrigin(origin.toUpperCase())).toBe(origin);
      }),
    );
  });
});
