import { Empty } from '../shared/empty.tsx';
import { say } from '../shared/language.ts';
import { linkTo } from './route.ts';
import { texts } from './texts.ts';

/** Explains that a link opens no order, and offers ways on. */
export function DeadLink({ shop }: { shop: string | undefined }) {
  return (
    <Empty urgent heading={say(texts.title)} testid="not-yours">
      <p>
        <strong>{say(texts.notYours)}</strong>
      </p>
      <p>{say(texts.notYoursLong)}</p>
      {shop !== undefined && (
        <div>
          <a class="button primary" href={linkTo({ view: 'menu', shop })}>
            {say(texts.elsewhere)}
          </a>
        </div>
      )}
      <AllShops />
    </Empty>
  );
}

/** A link to the list of shops and this device's orders. */
export function AllShops() {
  return (
    <div>
      <a class="button" href={linkTo({ view: 'shops' })} data-testid="all-shops">
        {say(texts.toShops)}
      </a>
    </div>
  );
}
