import { Empty } from '../../shared/empty.tsx';
import { say } from '../../shared/language.ts';
import { isOnline } from '../../shared/online.tsx';
import { AllShops } from '../dead-link.tsx';
import { texts } from '../texts.ts';
import { reading } from './shops.ts';

/** Says that the shop is being read, could not be read, or does not exist. */
export function Reading({ heading, retry }: { heading?: string; retry: () => void }) {
  const named = heading === undefined ? {} : { heading };
  if (reading.value === 'missing') {
    return (
      <Empty {...named} testid="no-such-shop">
        <p>
          <strong>{say(texts.shopMissing)}</strong>
        </p>
        <p>{say(texts.shopMissingLong)}</p>
        <AllShops />
      </Empty>
    );
  }
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
