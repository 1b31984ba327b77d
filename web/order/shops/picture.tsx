import { ImageOrLetter } from './image-or-letter.tsx';

/**
 * The picture of a dish in a box of a fixed size, so that nothing moves when it comes. Screen readers skip it: the name
 * stands beside it.
 */
export function Picture({ url, name }: { url: string; name: string }) {
  return (
    <span class="picture" aria-hidden="true">
      <ImageOrLetter url={url} name={name} isLazy />
    </span>
  );
}
