import type { Shop } from '../../../functions/domain/frames.ts';
import { faceOf } from './face.ts';

/** The tile that a shop is recognised by: the first letter of its name on its colour. Screen readers skip it. */
export function Monogram({ shop }: { shop: Pick<Shop, 'id' | 'name'> }) {
  const [letter] = shop.name.trim();
  return (
    <span class="monogram" data-face={faceOf(shop.id)} aria-hidden="true">
      {letter}
    </span>
  );
}
