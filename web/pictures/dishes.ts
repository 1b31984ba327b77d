import { bowl, box, circle, ellipse, noodles, numbersFrom, path, picture, plate, scatter, stroke } from './shapes.ts';

const green = '#5f9e3f';
const leaf = '#3f7d34';
const red = '#c8322a';
const sand = '#f3d9b1';
const mint = '#cfe3d4';
const rose = '#f2cfc4';
const sky = '#cfdfe8';
const white = '#fffdf6';

const scallions = (seed: string, count = 10, radius = 40) =>
  scatter(count, radius, numbersFrom(seed), (x, y) => circle(x, y, 3.2, green) + circle(x, y, 1.3, '#dcefc8'));

const chilli = (x: number, y: number, turn: number) => box(x, y, 15, 5, red, turn, 2.5);

const friedEgg = (x: number, y: number, size: number) =>
  path(
    `M${x - size} ${y}c0-${size * 0.9} ${size * 0.7}-${size} ${size}-${size * 0.9}c${size * 0.9}-${size * 0.2} ${size * 1.2} ${size * 0.6} ${size} ${size * 1.1}c-${size * 0.1} ${size * 0.8}-${size * 0.9} ${size * 0.8}-${size * 1.2} ${size * 0.7}c-${size * 0.6} ${size * 0.1}-${size * 0.8}-${size * 0.4}-${size * 0.8}-${size * 0.9}z`,
    white,
    ' stroke="#d9a441" stroke-width="2"',
  ) +
  circle(x, y, size * 0.42, '#f6a623') +
  circle(x - size * 0.13, y - size * 0.13, size * 0.12, '#ffd27a');

/** Pieces of several kinds among each other on a plate. */
function mixed(seed: string, radius: number, count: number, kinds: ((x: number, y: number, turn: number) => string)[]) {
  const random = numbersFrom(seed);
  return scatter(count, radius, random, (x, y, turn) => kinds[Math.floor(random(0, kinds.length))]?.(x, y, turn) ?? '');
}

function mains(): Record<string, string> {
  return {
    'egg-tomato': picture(
      sand,
      plate(),
      mixed('egg-tomato', 42, 42, [
        (x, y, turn) => ellipse(x, y, 12, 8, '#f7c948', turn),
        (x, y, turn) => ellipse(x, y, 10, 7, '#fbdc7a', turn),
        (x, y, turn) => ellipse(x, y, 11, 7, '#d8452e', turn) + ellipse(x, y, 7, 3.5, '#ec7357', turn),
      ]),
      scallions('on egg'),
    ),
    kungpao: picture(
      mint,
      plate(),
      mixed('kungpao', 42, 46, [
        (x, y, turn) => box(x, y, 16, 14, '#a8642f', turn, 5),
        (x, y, turn) => box(x, y, 15, 13, '#c07f42', turn, 5),
        chilli,
        (x, y, turn) => ellipse(x, y, 6, 4, '#ecd3a0', turn),
        (x, y, turn) => box(x, y, 10, 6, green, turn),
      ]),
    ),
    mapo: picture(
      sky,
      bowl('#31527a', '#a8331c'),
      scatter(
        24,
        40,
        numbersFrom('mapo'),
        (x, y, turn) => box(x, y, 17, 15, '#fff4de', turn, 4) + box(x + 1, y + 1, 9, 7, '#fbe3bd', turn),
      ),
      scatter(26, 46, numbersFrom('oil'), (x, y) => circle(x, y, 1.8, '#e0603a')),
      scallions('on mapo', 14),
    ),
    'twice-cooked': picture(
      rose,
      plate('#fdf7ee'),
      mixed('twice-cooked', 40, 30, [
        (x, y, turn) => box(x, y, 27, 14, '#8f4a2b', turn, 6) + box(x, y - 1, 23, 5, '#f2d9bd', turn),
        (x, y, turn) => box(x, y, 24, 13, '#a65a35', turn, 6) + box(x, y + 1, 20, 4, '#f7e4cb', turn),
        (x, y, turn) => box(x, y, 24, 6, green, turn),
        chilli,
      ]),
    ),
  };
}

function vegetables(): Record<string, string> {
  const strips = (x: number, y: number, turn: number) => box(x, y, 34, 3.4, '#f3d77c', turn, 1.7);
  return {
    greens: picture(
      '#f0e6c8',
      plate(),
      scatter(16, 36, numbersFrom('greens'), (x, y, turn) => {
        const turned = ` transform="rotate(${Math.round(turn * 2)} ${Math.round(x)} ${Math.round(y)})"`;
        return (
          path(`M${Math.round(x)} ${Math.round(y - 22)}c14 6 14 22 0 32c-14-10-14-26 0-32z`, leaf, turned) +
          path(`M${Math.round(x - 3)} ${Math.round(y - 8)}h6l2 30h-10z`, '#d6e8b8', turned)
        );
      }),
      scatter(7, 34, numbersFrom('garlic'), (x, y, turn) => ellipse(x, y, 4, 2.6, white, turn)),
    ),
    potato: picture(
      mint,
      plate(),
      scatter(80, 40, numbersFrom('potato'), strips),
      scatter(9, 38, numbersFrom('red pepper'), (x, y, turn) => box(x, y, 26, 3.4, red, turn, 1.7)),
      scatter(9, 36, numbersFrom('green pepper'), (x, y, turn) => box(x, y, 26, 3.4, green, turn, 1.7)),
    ),
    cucumber: picture(
      rose,
      plate(),
      scatter(
        24,
        38,
        numbersFrom('cucumber'),
        (x, y, turn) => box(x, y, 24, 15, leaf, turn, 6) + box(x, y + 1, 19, 9, '#cfe6a5', turn, 4),
      ),
      scatter(
        12,
        36,
        numbersFrom('bits'),
        (x, y, turn) => ellipse(x, y, 3, 2, white, turn) + circle(x + 5, y + 3, 1.6, red),
      ),
    ),
  };
}

function staples(): Record<string, string> {
  return {
    egg: picture(sky, plate(), friedEgg(78, 78, 34)),
    rice: picture(
      sand,
      bowl('#7a3b2e', '#f1ece0'),
      scatter(100, 46, numbersFrom('rice'), (x, y, turn) => ellipse(x, y, 5, 2.3, white, turn)),
      scatter(5, 20, numbersFrom('sesame'), (x, y, turn) => ellipse(x, y, 2, 1.1, '#3a332c', turn)),
    ),
    soup: picture(
      mint,
      bowl('#f2f0ea', '#ecd893'),
      scatter(12, 38, numbersFrom('seaweed'), (x, y, turn) => ellipse(x, y, 15, 6, '#274736', turn)),
      scatter(14, 40, numbersFrom('ribbons'), (x, y) =>
        stroke(`M${Math.round(x - 10)} ${Math.round(y)}q5-7 10 0t10 0`, '#fbe9a4', 3.4),
      ),
      scallions('on soup', 9),
    ),
    beef: picture(
      sand,
      plate('#e9f0f2', '#f6f8f7'),
      ...[-60, -40, -20, 0, 20, 40, 60].map(turn => {
        const [x, y] = [80 + turn * 0.52, 78 + Math.abs(turn) * 0.12];
        return (
          ellipse(x, y, 15, 27, '#5f2f1f', turn / 3) +
          ellipse(x - 2, y, 11, 22, '#87482f', turn / 3) +
          stroke(`M${x - 4} ${y - 12}q6 10 0 22`, '#b9775a', 1.6)
        );
      }),
      scallions('on beef', 7, 30),
    ),
    'tea-egg': picture(
      '#eadfcb',
      bowl('#51453c', '#7a4a26'),
      ...[
        [62, 72, -20],
        [98, 76, 25],
        [78, 100, 5],
      ].map(([x = 0, y = 0, turn = 0]) => {
        const cracks = stroke(`M${x - 10} ${y - 4}l7 5l3-8l6 9l8-3M${x - 6} ${y + 9}l6-5l7 6`, '#6d3f1f', 1.4);
        return ellipse(x, y, 17, 22, '#b98553', turn) + ellipse(x - 5, y - 7, 5, 7, '#d3a676', turn) + cracks;
      }),
    ),
    wontons: picture(
      mint,
      bowl('#f7f3ea', '#b23a1f'),
      scatter(
        8,
        36,
        numbersFrom('wontons'),
        (x, y, turn) =>
          ellipse(x, y, 17, 11, '#fbe8c6', turn) +
          ellipse(x, y, 8, 6, '#eebd8f', turn) +
          ellipse(x + 2, y - 2, 4, 2, '#fff6e2', turn),
      ),
      scatter(20, 44, numbersFrom('drops'), (x, y) => circle(x, y, 2, '#e8663f')),
      scallions('on wontons', 12),
    ),
  };
}

function bowlsOfNoodles(): Record<string, string> {
  const wheat = ['#f5dfa3', '#e9c97d'] as const;
  const slices = (x: number, y: number, turn: number) =>
    ellipse(x, y, 13, 9, '#7d432b', turn) + ellipse(x, y, 9, 5, '#9a5a3e', turn);
  const oil = (seed: string, count = 16) =>
    scatter(count, 46, numbersFrom(seed), (x, y) => circle(x, y, 2.6, '#d1401f'));
  return {
    'beef-noodles': picture(
      sky,
      bowl('#2f5d8a', '#c98d4b'),
      noodles(wheat, 4.4, 42),
      scatter(5, 24, numbersFrom('beef slices'), slices),
      ...[
        [54, 58],
        [110, 94],
        [70, 112],
      ].map(([x = 0, y = 0]) => circle(x, y, 9, '#fffbe9') + circle(x, y, 6, '#f3ecd2')),
      oil('lanzhou'),
      scallions('on noodles', 14, 44),
    ),
    'dry-noodles': picture(
      rose,
      plate(),
      noodles(['#d9a860', '#c48f47'], 4.6, 46),
      ellipse(84, 74, 20, 14, '#5b2f1b', -15) + ellipse(80, 71, 11, 7, '#7c4527', -15),
      scatter(12, 34, numbersFrom('sesame on top'), (x, y, turn) => ellipse(x, y, 2.4, 1.4, white, turn)),
      ...[50, 57, 64].map((x, index) => box(x, 106 - index * 3, 30, 4, '#8dbb5a', -32, 2)),
    ),
    'knife-noodles': picture(
      mint,
      bowl('#8a3a2a', '#b9772f'),
      scatter(
        22,
        40,
        numbersFrom('knife'),
        (x, y, turn) => box(x, y, 34, 8, '#f8e7bd', turn, 4) + box(x, y, 26, 2, '#e6cb8e', turn, 1),
      ),
      scatter(4, 20, numbersFrom('more slices'), slices),
      scallions('on knife', 10),
    ),
    xiaomian: picture(
      sand,
      bowl('#f4f1ea', '#b5331a'),
      noodles(wheat, 4, 39),
      oil('xiaomian', 30),
      scatter(12, 22, numbersFrom('peanuts'), (x, y, turn) => ellipse(x, y, 4, 2.8, '#e8c58a', turn)),
      path('M104 50c18-2 26 12 22 30c-16 2-28-10-22-30z', leaf) + stroke('M106 54q12 10 18 24', '#cfe3a8', 2),
      scallions('on xiaomian', 13, 42),
    ),
    'pea-noodles': picture(
      sky,
      bowl('#3d4f5c', '#a9502a'),
      noodles(wheat, 4, 42),
      scatter(
        34,
        24,
        numbersFrom('peas'),
        (x, y) => circle(x - 14, y - 6, 4.2, '#d6c65a') + circle(x - 15, y - 7, 1.4, '#efe6a0'),
      ),
      scatter(30, 18, numbersFrom('pork'), (x, y, turn) => box(x + 24, y + 14, 7, 5, '#7a4126', turn, 2)),
      scallions('on peas', 9, 42),
    ),
    'tomato-noodles': picture(
      '#e3ead2',
      bowl('#fbf6ec', '#de6a3c'),
      noodles(wheat, 4.2, 42),
      scatter(
        8,
        38,
        numbersFrom('tomatoes'),
        (x, y, turn) => ellipse(x, y, 11, 7, '#d23f2a', turn) + ellipse(x, y, 7, 4, '#ec7a5c', turn),
      ),
      friedEgg(86, 78, 23),
      scallions('on tomato', 8, 44),
    ),
  };
}

function drinks(): Record<string, string> {
  const glass = (fill: string, top: string) =>
    ellipse(80, 138, 34, 6, '#00000022') +
    path('M46 34h68l-8 98a6 6 0 0 1-6 6h-40a6 6 0 0 1-6-6z', '#ffffffaa') +
    path('M50 52h60l-6 76a5 5 0 0 1-5 5h-38a5 5 0 0 1-5-5z', fill) +
    ellipse(80, 52, 30, 6, top);
  return {
    plum: picture(
      rose,
      glass('#6b1f2f', '#8c3346'),
      box(66, 62, 18, 18, '#ffffff55', 14) +
        box(90, 70, 18, 18, '#ffffff44', -18) +
        box(76, 86, 16, 16, '#ffffff33', 30),
      stroke('M96 16L86 70', '#f4efe6', 5),
    ),
    'soy-milk': picture(sand, glass('#f7ecd2', '#fffaf0'), ellipse(68, 90, 5, 24, '#fffdf6')),
    jelly: picture(
      sky,
      bowl('#f4f7f8', '#e3ecec'),
      scatter(20, 40, numbersFrom('jelly'), (x, y, turn) => box(x, y, 18, 15, '#f7fbfbcc', turn, 5)),
      path('M46 84c10-16 26-8 36-2s26 4 32-8c6 22-12 36-34 36s-36-10-34-26z', '#6b3318cc'),
      scatter(9, 22, numbersFrom('hawthorn'), (x, y, turn) => box(x, y - 12, 8, 8, red, turn, 2)),
      scatter(9, 34, numbersFrom('nuts'), (x, y, turn) => ellipse(x, y, 3.6, 2.4, '#e8c58a', turn)),
    ),
  };
}

function shops(): Record<string, string> {
  const steam = [62, 80, 98].map(x => stroke(`M${x} 58q-7-9 0-18t0-18`, '#ffffffcc', 4.5)).join('');
  const sideBowl = (fill: string, band: string) =>
    path('M26 76h108c0 34-22 54-54 54s-54-20-54-54z', fill) +
    path('M29 88h102l-3 11h-96z', band) +
    box(80, 133, 46, 8, fill);
  return {
    shop1: picture(
      '#a63a24',
      ...[52, 80, 108].map(x => path(`M${x} 104c10 14 16 20 14 32c-2 12-26 12-28 0c-2-12 10-18 14-32z`, '#f9b233')),
      path('M24 66h112c-4 30-24 44-56 44s-52-14-56-44z', '#2c2a29') +
        box(80, 66, 116, 7, '#45413f') +
        box(142, 62, 26, 7, '#6d4a33', -12),
      scatter(9, 14, numbersFrom('in the wok'), (x, y, turn) =>
        box(x + (x - 80) * 1.6, y * 0.5 + 12, 14, 9, [green, '#f6c344', '#e8563b'][Math.round(x) % 3] ?? red, turn, 4),
      ),
    ),
    shop2: picture('#2f5d8a', steam, ellipse(80, 76, 54, 9, '#f5dfa3'), sideBowl('#f7f3ea', '#2f7fb8')),
    shop3: picture(
      '#7a1f1a',
      steam,
      ellipse(80, 76, 54, 9, '#e2552c'),
      sideBowl('#1f1c1b', '#c9972f'),
      stroke('M96 76L140 22', '#e9cf9b', 4.5) + stroke('M104 78L150 30', '#e9cf9b', 4.5),
    ),
  };
}

/** The pictures of the demo shops and their dishes, as SVG, by the ids of both. */
export function drawPictures(): Record<string, string> {
  return { ...mains(), ...vegetables(), ...staples(), ...bowlsOfNoodles(), ...drinks(), ...shops() };
}
