import { findInvalidPhoneCharacters, isPhone, normalizePhone } from '../../../web/shared/phone-number.ts';
import { lengthOf, plainDigits, sendableText, tidyLine, tidyLines } from '../../../web/shared/typed-text.ts';
import { parsePrice } from '../../../web/shop/menu/price.ts';

// Invisible characters are written as escapes, so that a reader sees them.
describe('9.9: a phone number', () => {
  test.each([
    ['+86 138-0013-8000', '+86 138-0013-8000'],
    ['１３８ ００１３ ８０００', '138 0013 8000'],
    ['\u202a+86 138 0013 8000\u202c', '+86 138 0013 8000'],
    ['\u200b138\u200d0013\ufeff8000\u2060', '13800138000'],
    ['138\u00a00013\u30008000', '138 0013 8000'],
    ['tel:+86-138-0013-8000', '+86-138-0013-8000'],
    ['TEL: 138 0013 8000', '138 0013 8000'],
    ['电话：13800138000', '13800138000'],
    ['手机号 13800138000', '13800138000'],
    ['☎ 010-88888888', '010-88888888'],
    ['+49\u20110171\u20131234567', '+49-0171-1234567'],
    ['138\u20100013\u20158000', '138-0013-8000'],
    ['03ー1234ー5678', '03-1234-5678'],
    ['（010）8888 8888', '(010)8888 8888'],
    ['010-88888888 转 123', '010-88888888 #123'],
    ['010-88888888转分机123', '010-88888888 #123'],
    ['+1 212 555 0100 ext. 5', '+1 212 555 0100 #5'],
    ['+1 212 555 0100 x5', '+1 212 555 0100 #5'],
    ['tel:+1-212-555-0100;ext=5', '+1-212-555-0100 #5'],
    ['+12125550100,123', '+12125550100 #123'],
    ['138，0013，8000', '138 0013 8000'],
    ['٠١٢٣٤٥٦٧٨٩', '0123456789'],
    ['۰۹۱۲ ۳۴۵ ۶۷۸۹', '0912 345 6789'],
    ['०१२३४५६७८९', '0123456789'],
    ['138\r\n0013\t8000\n', '138 0013 8000'],
    ['030/1234567', '030-1234567'],
    ['138。0013。8000', '138.0013.8000'],
    ['13800138000.', '13800138000'],
    ['138 0013 8000\ud83d', '138 0013 8000'],
  ])('%j is meant as %j', (typed, plain) => {
    expect(normalizePhone(typed)).toBe(plain);
    expect(isPhone(plain)).toBe(true);
  });

  test.each([
    ['call me', 'calme'],
    ['138 0013 8000 Wang', 'Wang'],
    ['13800138000/13900139000', '/'],
    ['user@home', 'user@hom'],
    ['一三八', '一三八'],
  ])('%j is none, and what does not belong is named: %j', (typed, strange) => {
    expect(isPhone(normalizePhone(typed))).toBe(false);
    expect(findInvalidPhoneCharacters(normalizePhone(typed))).toBe(strange);
  });

  test.each(['', '12', '+()', '1'.repeat(31), '\u202a\u202c'])('%j is none', typed => {
    expect(isPhone(normalizePhone(typed))).toBe(false);
  });

  test('may be written in the digits of every script that Unicode has', () => {
    const rows: string[][] = [];
    for (let code = 0; code < 0x20000; code++) {
      const digit = String.fromCodePoint(code);
      if (!/\p{Nd}/u.test(digit)) continue;
      if ((rows.at(-1)?.length ?? 10) === 10) rows.push([]);
      rows.at(-1)?.push(digit);
    }
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) expect(plainDigits(row.join(''))).toBe('0123456789');
  });
});

describe('9.9: a name or an address', () => {
  test.each([
    ['  Wang\tXiao\r\nMing  ', 'Wang Xiao Ming'],
    ['中山路\u30001\u00a0号\u2028', '中山路 1 号'],
    ['\u202eWang\u202c', 'Wang'],
    ['Wang\0\u0007', 'Wang'],
    ['Wang \ud83d', 'Wang'],
    ['\ufeffWang\u200b', 'Wang'],
    ['👨‍👩‍👧 ❤️ 王', '👨‍👩‍👧 ❤️ 王'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['\u200d\u200c', ''],
    ['e\u0301', 'e\u0301'],
  ])('%j is meant as %j', (typed, meant) => expect(tidyLine(typed)).toBe(meant));
});

describe('9.9: a note', () => {
  test('keeps its lines, whatever ends them, and loses what nobody sees', () => {
    expect(tidyLines('少辣\r\n不要葱 \r\r\r\n\u200b多饭\t\n')).toBe('少辣\n不要葱\n\n多饭');
  });

  test('is counted as the wire does: an emoji of two halves is one character', () => {
    expect(lengthOf('🌶'.repeat(200))).toBe(200);
    expect(lengthOf('a\u0301')).toBe(2);
  });
});

test('9.9: a message keeps every character but those that the wire cannot carry', () => {
  expect(sendableText('a\0b\ud83d c\u200b\r\n')).toBe('ab c\u200b\r\n');
});

describe('9.9: a price', () => {
  test.each([
    ['12,50', 1250],
    ['￥12.50', 1250],
    ['１２．５', 1250],
    ['1.234,50', 123_450],
    ['1,234.50', 123_450],
    ['1 234,50', 123_450],
    ['1\u202f234,50 €', 123_450],
    ['1’234.50', 123_450],
    ['1,234', 123_400],
    ['1,234,567', 123_456_700],
    ['12元', 1200],
    ['RMB 12.50', 1250],
    ['\u202a12.50\u202c\n', 1250],
    ['١٢٫٥٠', 1250],
    ['12。5', 1250],
  ])('%j is meant as %d cents', (typed, cents) => expect(parsePrice(typed, 2)).toBe(cents));

  test.each([
    '1.234',
    '1,23,45',
    '12,345,6',
    '1.234.50',
    '12 50',
    '12-50',
    '1 234 5',
    '¥',
    '1,234,567,890',
  ])('%j is none: nobody is to guess a price', typed => expect(parsePrice(typed, 2)).toBeUndefined());

  test('of a currency without a smaller unit may have its thousands set apart, one with three digits after the point not guessed', () => {
    expect(parsePrice('1,250', 0)).toBe(1250);
    expect(parsePrice('1.250', 0)).toBeUndefined();
    expect(parsePrice('1,250', 3)).toBe(1250);
  });
});
