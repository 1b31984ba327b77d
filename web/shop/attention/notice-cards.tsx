import { useLayoutEffect, useRef } from 'preact/hooks';
import { say, type Text } from '../../shared/language.ts';
import { reasonWords } from '../../shared/order-words.ts';
import { clockTime } from '../../shared/time.ts';
import { recordMoved } from '../orders/stray-taps.ts';
import { texts } from '../texts.ts';
import { dismissNotices, type Notice, notices } from './notices.ts';

const words: Readonly<Record<Notice['kind'], { one: Text; many: Text }>> = {
  cancelled: { one: texts.noticeCancelled, many: texts.noticesCancelled },
  reminded: { one: texts.noticeReminded, many: texts.noticesReminded },
  expired: { one: texts.noticeExpired, many: texts.noticesExpired },
  begin: { one: texts.noticeBegin, many: texts.noticesBegin },
};

/** The orders that a card lists by number; further ones are only counted. */
const NAMED = 4;

/**
 * One card for each kind of news, however often it came, with one button: as many as there is room for, the oldest kind
 * first. It stays in its place until somebody says that it was seen.
 */
export function Notices() {
  const groups = [...byKind(notices.value)];
  useTapProtection(groups);
  return (
    <div class="notices" data-testid="notices">
      {groups.length > 1 && (
        <p class="notice-count">
          {notices.value.length}
          <span class="visually-hidden"> {say(texts.notices)}</span>
        </p>
      )}
      {groups.map(([kind, group]) => (
        <NoticeCard key={kind} kind={kind} group={group} />
      ))}
    </div>
  );
}

function NoticeCard({ kind, group }: { kind: Notice['kind']; group: readonly Notice[] }) {
  const [first] = group;
  if (first === undefined) return null;
  const { one, many } = words[kind];
  const text = group.length === 1 ? say(one, { n: first.order.number }) : say(many, { n: group.length });
  return (
    <div class={`strip notice notice-${kind}`} data-place={place(kind)} data-testid={`notice-${kind}`}>
      <p>
        <strong>{text}</strong> <span class="small">{group.length === 1 ? detailsOf(first) : listOf(group)}</span>
      </p>
      <button
        type="button"
        class="button"
        data-testid="notice-seen"
        onClick={() => dismissNotices(group.map(({ id }) => id))}
      >
        {say(texts.seen)}
      </button>
    </div>
  );
}

function detailsOf({ kind, order, at }: Notice): string {
  if (kind === 'begin') return say(texts.wantedAt, { time: clockTime(at) });
  return kind === 'cancelled' && order.reason !== null
    ? `${clockTime(at)} · ${say(reasonWords[order.reason])}`
    : clockTime(at);
}

/** "12:05 – 12:40 · #3 #4 #5 #6 +58". */
function listOf(group: readonly Notice[]): string {
  const times = [group[0], group.at(-1)].map(notice => (notice === undefined ? '' : clockTime(notice.at)));
  const numbers = group.slice(0, NAMED).map(({ order }) => `#${order.number}`);
  const others = group.length - numbers.length;
  return `${[...new Set(times)].join(' – ')} · ${numbers.join(' ')}${others > 0 ? ` +${others}` : ''}`;
}

function byKind(all: readonly Notice[]): Map<Notice['kind'], Notice[]> {
  const groups = new Map<Notice['kind'], Notice[]>();
  for (const notice of all) groups.set(notice.kind, [...(groups.get(notice.kind) ?? []), notice]);
  return groups;
}

/** Ignores taps on a card that has just appeared or changed: the finger was aimed at what stood there before. */
function useTapProtection(groups: readonly (readonly [Notice['kind'], readonly Notice[]])[]): void {
  const shown = useRef<readonly string[]>([]);
  const now = groups.map(([kind, group]) => `${kind} ${group.at(-1)?.id}`);
  useLayoutEffect(() => {
    recordMoved(groups.filter((_, index) => shown.current[index] !== now[index]).map(([kind]) => place(kind)));
    shown.current = now;
  }, [now.join()]);
}

function place(kind: Notice['kind']): string {
  return `notice-${kind}`;
}
