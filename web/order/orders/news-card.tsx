import { useSignal } from '@preact/signals';
import { say } from '../../shared/language.ts';
import { canNotify } from '../../shared/notification.ts';
import { Switch } from '../../shared/switch.tsx';
import { texts } from '../texts.ts';
import { isNotifying, isSounding, switchNotifications, switchSound } from './news.ts';

/** How the customer hears of what the shop does. Asked for here, where somebody waits, and not before. */
export function NewsCard({ isBeforeOpening }: { isBeforeOpening: boolean }) {
  const isRefused = useSignal(false);
  return (
    <section class="card stack news" aria-label={say(texts.news)}>
      <Switch label={say(texts.sound)} on={isSounding.value} testid="sound" onChange={switchSound} />
      {canNotify && (
        <Switch
          label={say(texts.notify)}
          on={isNotifying.value}
          testid="notify"
          onChange={async on => {
            isRefused.value = !(await switchNotifications(on));
          }}
        />
      )}
      <p class={isRefused.value ? 'field-error small' : 'muted small'} aria-live="polite">
        {say(isRefused.value ? texts.notifyRefused : isBeforeOpening ? texts.openThen : texts.keepOpen)}
      </p>
    </section>
  );
}
