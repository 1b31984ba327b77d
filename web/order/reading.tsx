import { Empty } from '../shared/empty.tsx';
import { say } from '../shared/language.ts';
import { isOnline } from '../shared/online.tsx';
import { reading } from './shops.ts';
import { texts } from './texts.ts';

/** That something is being read, could not be, or is not there. */
export function Reading({ heading, retry }: { heading?: string; retry: () => void }) {
  const named = heading === undefined ? {} : { heading };
  if (reading.value === 'missing') return <Empty {...named}>{say(texts.shopMissing)}</Empty>;
  if (reading.value === 'busy') return <Empty {...named}>{say(texts.loading)}</Empty>;
  return (
    <Empty {...named} urgent testid="not-read">
      <p>{say(isOnline.value ? texts.loadFailed : texts.noNetwork)}</p>
      <div>
        <button type="button" class="button" data-testid="retry" onClick={retry}>
          {say(texts.tryAgain)}
        </button>
      </div>
    </Empty>
  );
}
