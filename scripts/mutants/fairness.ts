import { change, type Mutant } from './mutant.ts';

const MENUS = 'db/migrations/019-menus.sql';
const FAIR_ORDERS = 'db/migrations/017-fair-orders.sql';
const SHOP_COLUMNS = 'db/migrations/023-shop-columns.sql';
const CHOICES_BY_ID = 'db/migrations/045-choices-by-id.sql';
const PEOPLE = 'db/migrations/033-people.sql';
const SHOP_BY_SHOP = 'db/migrations/034-shop-by-shop.sql';
const ON_A_NODE = 'db/migrations/038-shop-on-a-node.sql';
const REGULARS = 'db/migrations/048-tenth-for-regulars.sql';
const HASHES = 'db/migrations/047-hashes-of-customers.sql';

/** What lets one tenant, or somebody from outside, take what belongs to all. */
export const fairnessMutants: Mutant[] = [
  {
    name: 'a timer, shop by shop: a key that does not begin with the shop',
    changes: change(
      SHOP_BY_SHOP,
      'create index escalations_waiting on escalations (shop, next_at)',
      'create unique index orders_number on orders (number, shop);\ncreate index escalations_waiting on escalations (shop, next_at)',
    ),
    suite: 'tests/database/shop-first.test.ts',
    test: 'every key',
  },
  {
    name: 'a timer, shop by shop: a statement that holds rows of all shops',
    changes: change(SHOP_BY_SHOP, 'where o.shop = p_shop and o.refused and o.at', 'where o.refused and o.at'),
    suite: 'tests/database/shop-first.test.ts',
    test: 'every statement',
  },
  {
    name: 'a timer, shop by shop: an update that asks the clock for each row',
    changes: change(
      ON_A_NODE,
      "set tries = e.tries + 1, next_at = now() + interval '10 seconds'",
      "set tries = e.tries + 1, next_at = clock_timestamp() + interval '10 seconds'",
    ),
    suite: 'tests/database/shop-first.test.ts',
    test: 'answers differently',
  },
  {
    name: 'a timer, shop by shop: a shop that fails and takes the others with it',
    changes: change('db/turns.ts', 'onFailure(error, shop);', 'throw error;'),
    suite: 'tests/database/turns.test.ts',
  },
  {
    name: 'a timer, shop by shop: a cleaning that begins with the first shop each time',
    changes: change(SHOP_BY_SHOP, 'order by s.shop < p_from, s.shop', 'order by s.shop'),
    suite: 'tests/redeliver/housekeeping.test.ts',
    test: 'no time for',
  },
  {
    name: 'orders that expire in the order of their time alone, however many are one shop’s',
    changes: change('db/turns.ts', 'Math.max(1, Math.floor((limit - taken.length) / left.length))', 'limit'),
    suite: 'tests/redeliver/fair-shares.test.ts',
    test: 'orders expire in turns',
  },
  {
    name: 'calls of shops in the order of their time alone',
    changes: change(
      'db/redelivery.ts',
      "due: 'select shop from shops_to_call($1)',",
      "due: 'select shop from shops_to_call($1) limit 1',",
    ),
    suite: 'tests/redeliver/fair-shares.test.ts',
    test: 'called in turns',
  },
  {
    name: 'calls that are due to a shop without a webhook, for ever',
    changes: change(ON_A_NODE, '  if v_shop.webhook_url is null then', '  if false then'),
    suite: 'tests/redeliver/fair-shares.test.ts',
    test: 'taken away',
  },
  {
    name: 'a part of the timer’s run that fails and takes the others with it',
    changes: change(
      'functions/redeliver/redeliver.ts',
      'const fail = (error: unknown) => void failures.push(error);',
      'const fail = (error: unknown): void => {\n      throw error;\n    };',
    ),
    suite: 'tests/redeliver/fair-shares.test.ts',
    test: 'keeps the others from nothing',
  },
  {
    name: 'refused commands that are stored with the order, one after another',
    changes: change(SHOP_COLUMNS, "(p_outcome::jsonb - 'order')::json", 'p_outcome'),
    suite: 'tests/database/commands.test.ts',
    test: 'kept without the order',
  },
  {
    name: 'refused commands of a customer without end',
    changes: change(PEOPLE, 'and kept_refusals(p_shop, p_scope, 20) >= 20 and', 'and false and'),
    suite: 'tests/database/commands.test.ts',
    test: 'kept without the order',
  },
  {
    name: 'old rows that are forgotten in one statement, however many they are',
    changes: change(SHOP_BY_SHOP, 'order by o.closed_at limit p_limit', 'order by o.closed_at'),
    suite: 'tests/redeliver/housekeeping.test.ts',
    test: 'in pieces',
  },
  {
    name: 'the orders of a shop’s minute to whoever comes first',
    changes: change(CHOICES_BY_ID, '  if v_count * 2 >= p_per_shop and', '  if v_count >= p_per_shop and'),
    suite: 'tests/database/rate-limits.test.ts',
    test: 'cannot be used up',
  },
  {
    name: 'strangers with addresses without number, who have a shop’s whole minute',
    changes: change(REGULARS, ' or p_count * 10 >= p_per_shop * 9', ''),
    suite: 'tests/database/rate-limits.test.ts',
    test: 'last tenth',
  },
  {
    name: 'strangers in a flood without a proof',
    changes: change(
      REGULARS,
      "'websocket_order.proven', true) is distinct from 'yes'",
      "'websocket_order.proven', true) = 'no'",
    ),
    suite: 'tests/database/rate-limits.test.ts',
    test: '13.5',
  },
  {
    name: 'a proof that outlasts its transaction',
    changes: change('db/orders.ts', "'yes', true) as proven", "'yes', false) as proven"),
    suite: 'tests/database/rate-limits.test.ts',
    test: '13.5',
  },
  {
    name: 'a proof that holds for any order',
    changes: change('functions/domain/order-proof.ts', 'key.toLowerCase()', 'key.length'),
    suite: 'tests/domain/order-proof.test.ts',
  },
  {
    name: 'a task that clients make as easy as they like',
    changes: change('functions/domain/order-proof.ts', 'order, until, bits)', 'order, until, String(BITS))'),
    suite: 'tests/domain/order-proof.test.ts',
  },
  {
    name: 'an order that is measured under the shop’s lock',
    changes: change(CHOICES_BY_ID, '  if v_is_large and is_too_large(', '  if false and is_too_large('),
    suite: 'tests/database/rate-limits.test.ts',
    test: 'without waiting',
  },
  {
    name: 'a phone that counts anew with every extension',
    changes: change(FAIR_ORDERS, "'#') > 0 then", "'#') < 0 then"),
    suite: 'tests/database/rate-limits.test.ts',
    test: 'however it is written',
  },
  {
    name: 'orders that are too large, without end',
    changes: change('functions/bill/bill.ts', "  'slot_full',\n  'too_large',\n", "  'slot_full',\n"),
    suite: 'tests/mutants/bill.test.ts',
    test: 'counts against',
  },
  {
    name: 'a list of shops that reads every menu',
    changes: change(MENUS, '  where p.before <= p_bytes\n', ''),
    suite: 'tests/database/shops.test.ts',
    test: 'no more menus',
  },
  {
    name: 'a menu that is not stored when it changes',
    changes: change(ON_A_NODE, '    perform store_menu(p_shop);\n', ''),
    suite: 'tests/database/menu.test.ts',
  },
  {
    name: 'a stored menu that is taken for the present one',
    changes: change(MENUS, 'where m.shop = s.id and m.version = s.version), menu', 'where m.shop = s.id), menu'),
    suite: 'tests/database/shops.test.ts',
    test: 'version before',
  },
  {
    name: 'a menu that is read to say that it is still the same',
    changes: change(
      'functions/get_shop_info/get-shop-info.ts',
      "if (state !== '' && namesTag(",
      "if (state === '-' && namesTag(",
    ),
    suite: 'tests/domain/entity-tag.test.ts',
  },
  {
    name: 'a customer that is erased in the orders, and stays in the log',
    changes: change(
      HASHES,
      '  update events e set body = without_customer(e.body)\n',
      '  update events e set body = e.body\n',
    ),
    suite: 'tests/database/personal-data.test.ts',
    test: 'erased everywhere',
  },
  {
    name: 'a customer that stays in the answers to the shop’s commands',
    changes: change(HASHES, 'where c.shop = p_shop and c.scope = p_shop and c.outcome', 'where false and c.outcome'),
    suite: 'tests/database/personal-data.test.ts',
    test: 'erased everywhere',
  },
  {
    name: 'a hash of an erased order, which its customer can be tried against',
    changes: change(HASHES, "set body_hash = '' where", 'set body_hash = k.body_hash where'),
    suite: 'tests/database/personal-data.test.ts',
    test: 'no hash',
  },
  {
    name: 'a number that is counted under its hash when its customer is erased',
    changes: change(HASHES, "r.subject = 'phone:'", "r.subject = 'telephone:'"),
    suite: 'tests/database/personal-data.test.ts',
    test: 'no hash',
  },
  {
    name: 'an erased customer whose number was written differently, and who is found no more',
    changes: change(
      HASHES,
      'o.erased_at is null and phone_form(o.customer_phone) = v_form',
      'o.erased_at is null and o.customer_phone = p_phone',
    ),
    suite: 'tests/database/personal-data.test.ts',
    test: 'one customer',
  },
  {
    name: 'functions that may read what was migrated',
    changes: change(
      'db/roles.ts',
      "  order_keys: ['select', 'insert', { update: 'body_hash' }],",
      "  order_keys: ['select', 'insert', 'delete', { update: 'body_hash' }],\n  migrations: ['select'],",
    ),
    suite: 'tests/database/roles.test.ts',
    test: 'may not',
  },
  {
    name: 'a wall between shops that lets everybody through',
    changes: change('db/shop-wall.ts', '), true)`', '), true) or true`'),
    suite: 'tests/database/second-wall.test.ts',
    test: 'no longer',
  },
  {
    name: 'orders that are placed without saying whose statement it is',
    changes: change('db/orders.ts', "inShop('$1::uuid', '$3', ...settings)", "'$1'"),
    suite: 'tests/database/second-wall.test.ts',
    test: 'says which',
  },
  {
    name: 'functions that keep what everybody may do',
    changes: change('db/roles.ts', '} from public`,\n    `grant usage', '} from current_user`,\n    `grant usage'),
    suite: 'tests/database/roles.test.ts',
    test: 'least rights',
  },
  {
    name: 're-delivery that leaves what one round does not take to the next run',
    changes: change('functions/redeliver/rounds.ts', 'left.length > 0 && !isTimeUp()', 'false'),
    suite: 'tests/redeliver/many-shops.test.ts',
  },
  {
    name: 're-delivery that goes on and on with a screen that cannot be reached',
    changes: change('functions/redeliver/redeliver.ts', 'tried.add(connectionId);', 'void connectionId;'),
    suite: 'tests/redeliver/many-shops.test.ts',
    test: 'tried once in a run',
  },
];
