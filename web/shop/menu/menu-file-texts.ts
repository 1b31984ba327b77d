import type { Column } from '../../../functions/domain/menu-file/columns.ts';
import { type Fault, faultText } from '../../../functions/domain/menu-file/fault.ts';
import { language, say, type Text } from '../../shared/language.ts';

/** What is said where a menu goes out to a file and comes in again. It is loaded with that. */
export const menuFileTexts = {
  title: ['菜单表格（CSV）', 'The menu as a table (CSV)'],
  hint: [
    '下载整份菜单，用电子表格修改，再读进来。规格和加料在各自菜品的下面。读入后先显示会有什么变化，确认后才生效。',
    'Download the whole menu, change it in a spreadsheet, and read it in again. Sizes and toppings stand below their dish. What would change is shown first; nothing happens before you confirm.',
  ],
  download: ['下载菜单', 'Download the menu'],
  read: ['读入文件…', 'Read a file in…'],
  readFile: ['读入文件 {name}', 'The file {name}'],
  faults: ['文件里有 {n} 处错误，菜单没有改动：', '{n} things are wrong in the file. The menu has not changed:'],
  oneFault: ['文件里有一处错误，菜单没有改动：', 'One thing is wrong in the file. The menu has not changed:'],
  moreFaults: ['……还有 {n} 处', '… and {n} more'],
  effect: ['菜单会变成 {n} 道菜：', 'The menu will have {n} dishes:'],
  added: ['新增 {n} 道', '{n} new'],
  changed: ['修改 {n} 道', '{n} changed'],
  gone: ['删除 {n} 道', '{n} gone'],
  reordered: ['顺序会改变', 'in another order'],
  backAgain: [
    '现在售罄，读入后会重新有货：{list}。想保持售罄，就把 available 一格清空。',
    'Sold out now, and there again with this file: {list}. To leave them sold out, empty their cells under “available”.',
  ],
  same: ['文件和现在的菜单一样，没有要改的。', 'The file says what the menu is already: nothing to change.'],
  replace: ['换成这份菜单', 'Make this the menu'],
  notReadable: ['这个文件读不了', 'This file cannot be read'],
} as const satisfies Record<string, Text>;

const faultsInChinese: Readonly<Record<Fault['what'], string>> = {
  encoding: '文件不是 UTF-8 编码：请在电子表格中另存为“CSV UTF-8”',
  too_large: '文件超过 {most} MB，不会是菜单',
  open_quote: '引号（"）没有配对',
  quote_within: '单元格的引号（"）结束后还有内容；单元格里的引号要写两个',
  missing_columns: '缺少列 {list}；第一行应有 {columns}',
  column_twice: '列 {name} 出现了两次',
  unknown_column: '没有 {name} 这一列；可用的有 {columns}',
  misspelt_column: '没有 {name} 这一列；是不是 {near}？',
  no_heading: '这一列没有标题',
  kind: '只能是 dish、option 或 choice',
  no_dish_above: 'option 要写在它的 dish 下面，上面还没有 dish',
  no_option_above: 'choice 要写在它的 option 下面，这道菜上面还没有 option',
  not_of_kind: '{kind} 行的这一格要留空',
  amount: '要填 {currency} 金额，例如 18 或 {example}，不带符号、文字和千分位',
  whole_amount: '要填 {currency} 金额，只能是整数，例如 1800，不带符号、文字和千分位',
  yes_or_no: '只能填 yes 或 no',
  whole_number: '要填整数',
  no_price: '每道菜都要有价格，0 也可以',
  same_id: '编号与第 {line} 行 {column} 列的重复',
  rule: '不符合要求',
  menu: '菜单最多 1000 道菜，编号不能重复',
};

/** The rules of a cell, by its column. In `kind` stands what only several rows can break. */
const rulesInChinese: Readonly<Record<Column, string>> = {
  kind: '每组要有 1 到 50 个选项，至少选的不能多于最多选的，选项要够选；一道菜最多 20 组',
  id: '要填编号，最多 64 个字',
  name: '要填名称，最多 60 个字',
  category: '最多 60 个字',
  price: '价格太高',
  available: '只能填 yes 或 no',
  min: '要填 0 到 50 的整数',
  max: '要填 1 到 50 的整数',
  description: '最多 300 个字',
  allergens: '只能填规定的过敏原代码，用空格隔开，每个一次',
  packaging: '打包费太高',
  picture: '要以 https:// 或 / 开头，不能有空格，最多 500 个字',
};

/** A fault of a file in the language that is shown, with its line and column. */
export function faultInWords(fault: Fault): string {
  if (language.value === 'en') return faultText(fault);
  const { what, line, column, heading } = fault;
  const place = [
    line === undefined ? '' : `第 ${line} 行`,
    column === undefined ? '' : `${column} 列${heading === undefined ? '' : `（${heading}）`}`,
  ].filter(Boolean);
  const sentence = what === 'rule' && heading !== undefined ? rulesInChinese[heading] : faultsInChinese[what];
  const words = say([sentence, sentence], fault.with);
  return place.length === 0 ? words : `${place.join(' ')}：${words}`;
}
