import { isFound } from '../../../web/shared/search.ts';

describe('9.17: a search', () => {
  test.each([
    ['宫保鸡丁 Kung pao', 'kungpao'],
    ['宫保鸡丁 Kung pao', 'KUNG  PAO'],
    ['宫保鸡丁 Kung pao', 'ｋｕｎｇｐａｏ'],
    ['宫保鸡丁 Kung pao', 'kung-pao'],
    ['宫保鸡丁 Kung pao', '鸡丁 kung'],
    ['宫保鸡丁 Kung pao', '宫保 鸡丁'],
    ['宫保鸡丁 Kung-Pao', 'kung pao'],
    ['Kung Pao Chicken', 'kpc'],
    ['Crème brûlée', 'creme brulee'],
    ['Soße', 'SOSSE'],
    ['General Tso’s chicken', 'tsos'],
    ['General Tso’s chicken', "tso's"],
    ['Mac & cheese', 'mac cheese'],
    ['김치찌개', '김치'],
    ['🌶 辣', '🌶'],
    ['anything', '  '],
  ])('%j has what was typed as %j', (text, typed) => expect(isFound(text, typed)).toBe(true));

  test.each([
    ['宫保鸡丁 Kung pao', 'mapo'],
    ['宫保鸡丁 Kung pao', 'kung fu'],
    ['Rice', '🌶'],
  ])('%j has not what was typed as %j', (text, typed) => expect(isFound(text, typed)).toBe(false));
});
