import { change, type Mutant } from './mutant.ts';

const SHOP_BY_SHOP = 'db/migrations/034-shop-by-shop.sql';
const CLOCK = 'db/migrations/011-clock-and-numbers.sql';
const SHOP_COLUMNS = 'db/migrations/023-shop-columns.sql';
const ON_A_NODE = 'db/migrations/038-shop-on-a-node.sql';
const LATER_RUNS = 'db/migrations/043-claims-of-later-runs.sql';
const OWN_FIRST = 'db/migrations/040-own-screens-first.sql';

/** What can be wrong in what the timer does, shop after shop. */
export const timerMutants: Mutant[] = [
  {
    name: 'a call that is made again by a run that began before it was claimed',
    changes: change(LATER_RUNS, " call_pause(p_tries) + interval '5 seconds'", ' call_pause(p_tries)'),
    suite: 'tests/redeliver/both-versions.test.ts',
    test: 'began before',
  },
  {
    name: 'screens of other instances before those that the instance holds itself',
    changes: change(OWN_FIRST, '    order by is_held_by(l.id, p_own) desc, l.push_after', '    order by l.push_after'),
    suite: 'tests/redeliver/overdue.test.ts',
    test: '11.3',
  },
  {
    name: 'shops of other instances before those of the instance itself',
    changes: change(OWN_FIRST, '  order by bool_or(is_held_by(c.id, p_own)) desc, min', '  order by min'),
    suite: 'tests/redeliver/overdue.test.ts',
    test: '11.3',
  },
  {
    name: 're-delivery that claims nothing',
    changes: change(
      OWN_FIRST,
      "  update connections c set push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1",
      '  update connections c set push_tries = c.push_tries + 1',
    ),
    suite: 'tests/redeliver/overdue.test.ts',
    test: 'F44',
  },
  {
    name: 're-delivery that waits longer each time, while the device is alive',
    changes: change(CLOCK, 'least(4, greatest(0, p_tries - 30))', 'least(4, p_tries)'),
    suite: 'tests/redeliver/overdue.test.ts',
    test: 'ten minutes',
  },
  {
    name: 'a pause that a clock that was ahead has made longer',
    changes: change(SHOP_BY_SHOP, 'perform settle_pause(v_shop, v_now, v_step);', 'null;'),
    suite: 'tests/redeliver/pause.test.ts',
  },
  {
    name: 'a paused shop that nobody opens again',
    changes: change(
      SHOP_BY_SHOP,
      'select s.id from shops s where s.paused_until <= now() or s.hours_change_at <= now()',
      'select s.id from shops s where s.hours_change_at <= now()',
    ),
    suite: 'tests/redeliver/pause.test.ts',
  },
  {
    name: 'visitors who are told the same by every run',
    changes: [
      ...change(
        ON_A_NODE,
        'where (n.version, n.online) is distinct from (s.version, o.shop is not null)',
        'where true',
      ),
      ...change(
        ON_A_NODE,
        'where (n.version, n.online) is distinct from (excluded.version, excluded.online)',
        'where true',
      ),
    ],
    suite: 'tests/redeliver/visitors.test.ts',
  },
  {
    name: 'visitors who are not told that the shop has gone offline',
    changes: change(
      ON_A_NODE,
      'where (n.version, n.online) is distinct from (s.version, o.shop is not null)',
      'where n.version is distinct from s.version',
    ),
    suite: 'tests/redeliver/visitors.test.ts',
  },
  {
    name: 'a clock that was ahead is believed by the orders after it',
    changes: change(
      SHOP_COLUMNS,
      'return case when p_last > p_now + interval',
      'return case when false and p_last > p_now + interval',
    ),
    suite: 'tests/redeliver/moments-ahead.test.ts',
    fault: 'F54',
    test: 'last_at',
  },
  {
    name: 'a limit that waits for a moment in the future',
    changes: change(
      SHOP_COLUMNS,
      "p_at > p_now - p_time and p_at <= p_now + interval '5 seconds'",
      'p_at > p_now - p_time',
    ),
    suite: 'tests/redeliver/moments-ahead.test.ts',
    fault: 'F54',
    test: 'rate_limits|reminded_at',
  },
  {
    name: 'a screen that is left alone until a moment of a clock that was ahead',
    changes: change(
      LATER_RUNS,
      "p_after <= now() or p_after > now() + push_pause(p_tries) + interval '5 seconds'",
      'p_after <= now()',
    ),
    suite: 'tests/redeliver/moments-ahead.test.ts',
    fault: 'F54',
    test: 'push_after',
  },
  {
    name: 'a call of a shop that waits for a moment of a clock that was ahead',
    changes: change(
      LATER_RUNS,
      "p_next <= now() or p_next > now() + call_pause(p_tries) + interval '5 seconds'",
      'p_next <= now()',
    ),
    suite: 'tests/redeliver/moments-ahead.test.ts',
    fault: 'F54',
    test: 'next_at',
  },
  {
    name: 're-delivery that does not look whether the clock was set',
    changes: change(
      'functions/redeliver/redeliver.ts',
      'await redelivery.settleClock();',
      'await Promise.resolve<number | undefined>(undefined);',
    ),
    suite: 'tests/redeliver/stepped-clock.test.ts',
    fault: 'F54',
    test: 'set by -?3 hours',
  },
  {
    name: 'a clock that was set forward ends what waits',
    changes: change(SHOP_BY_SHOP, 'perform settle_shop_forward(v_shop, v_before, v_now);', 'null;'),
    suite: 'tests/redeliver/stepped-clock.test.ts',
    fault: 'F54',
    test: 'set by 3 hours',
  },
  {
    name: 'pushes that are noted for the screens of all shops in one statement',
    changes: change(ON_A_NODE, 'where c.shop = p_shop and c.id = v_id and c.push', 'where c.push'),
    suite: 'tests/database/shop-first.test.ts',
    test: 'of several shops',
  },
  {
    name: 'connections that never said hello, for which nobody has a turn',
    changes: change('db/redelivery.ts', " union all select * from close_unnamed($2) where $1 = ''", ''),
    suite: 'tests/redeliver/housekeeping.test.ts',
    test: 'never said hello',
  },
  {
    name: 'a new schema on which the timer of the version before fails',
    changes: change(
      ON_A_NODE,
      'create or replace function shops_with_stale(',
      'drop function close_stale(integer);\ncreate or replace function shops_with_stale(',
    ),
    suite: 'tests/redeliver/both-versions.test.ts',
    test: 'the version before',
  },
  {
    name: 'a claim of this version that the timer of the version before takes for none',
    changes: change(
      OWN_FIRST,
      "push_after = now() + interval '10 seconds', push_tries = c.push_tries + 1",
      "push_after = now() - interval '10 seconds', push_tries = c.push_tries + 1",
    ),
    suite: 'tests/redeliver/both-versions.test.ts',
    test: 'that the other has claimed',
  },
];
