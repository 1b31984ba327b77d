import { say } from '../shared/language.ts';
import { reasonWords } from '../shared/order-words.ts';
import { clockTime } from '../shared/time.ts';
import { dismissNotice, type Notice, notices } from './notices.ts';
import { texts } from './texts.ts';

const words = {
  cancelled: texts.noticeCancelled,
  reminded: texts.noticeReminded,
  expired: texts.noticeExpired,
} as const;

/** Loud, above everything, until somebody says that it was seen. */
export function NoticeList() {
  return (
    <div role="alert" class="notices" data-testid="notices">
      {notices.value.map(notice => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice: { id, kind, order, at } }: { notice: Notice }) {
  return (
    <div class={`notice notice-${kind} spread`} data-testid={`notice-${kind}`}>
      <p>
        <strong>{say(words[kind], { n: order.number })}</strong>{' '}
        <span class="small">
          {clockTime(at)}
          {kind === 'cancelled' && order.reason !== null && ` · ${say(reasonWords[order.reason])}`}
        </span>
      </p>
      <button type="button" class="button" data-testid="notice-seen" onClick={() => dismissNotice(id)}>
        {say(texts.seen)}
      </button>
    </div>
  );
}
