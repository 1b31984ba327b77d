import type { Shop } from '../../../functions/domain/frames.ts';
import { faceOf } from './face.ts';
import { ImageOrLetter } from './image-or-letter.tsx';

/** The tile that a shop is recognised by: its picture, or its letter on its colour. Screen readers skip it. */
export function Monogram({ shop }: { shop: Pick<Shop, 'id' | 'name' | 'about'> }) {
  return (
    <span class="monogram" data-face={faceOf(shop.id)} aria-hidden="true">
      <ImageOrLetter url={shop.about?.imageUrl} name={shop.name} isLazy={false} />
    </span>
  );
}
