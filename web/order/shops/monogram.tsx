import { useSignal } from '@preact/signals';
import type { Shop } from '../../../functions/domain/frames.ts';
import { faceOf } from './face.ts';

/**
 * The tile that a shop is recognised by: its picture, or, without one and where it does not load, the first letter of
 * its name on its colour. Screen readers skip it.
 */
export function Monogram({ shop }: { shop: Pick<Shop, 'id' | 'name' | 'about'> }) {
  const failed = useSignal('');
  const [letter] = shop.name.trim();
  const url = shop.about?.imageUrl;
  return (
    <span class="monogram" data-face={faceOf(shop.id)} aria-hidden="true">
      {url === undefined || failed.value === url ? (
        letter
      ) : (
        <img
          src={url}
          alt=""
          width="72"
          height="72"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => (failed.value = url)}
        />
      )}
    </span>
  );
}
