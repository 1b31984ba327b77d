import { demoShops } from '../../functions/init_db/demo-shops.ts';
import { drawPictures } from '../../web/pictures/dishes.ts';

// The pictures of the demo shops: one for all that name one, small, and nothing in them but shapes.

const pictures = drawPictures();

test('every picture that a demo shop or a dish of one names is drawn, and none besides', () => {
  const urls = demoShops.flatMap(({ about, dishes = [] }) => [about?.imageUrl, ...dishes.map(dish => dish.imageUrl)]);
  const names = urls.flatMap(url => (url ? [/^\/pictures\/([a-z0-9-]+)\.svg$/.exec(url)?.[1]] : []));
  expect(names.sort()).toEqual(Object.keys(pictures).sort());
});

test.each(Object.entries(pictures))('%s has a few kB, is well-formed and holds shapes alone', (_, svg) => {
  expect(Buffer.byteLength(svg)).toBeLessThan(12_000);
  const tags = [...svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)];
  const open: string[] = [];
  for (const [, closes, name = '', isWhole] of tags) {
    expect(['svg', 'g', 'rect', 'circle', 'ellipse', 'path']).toContain(name);
    if (closes) expect(open.pop()).toBe(name);
    else if (!isWhole) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg).not.toMatch(/NaN|undefined|\bon\w+=|href|style/);
});
