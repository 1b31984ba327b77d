import { useSignal } from '@preact/signals';

/**
 * The picture of a dish in a box of a fixed size, so that nothing moves when it comes. Without one, and where it does
 * not load, the box shows the first letter of the name. Screen readers skip it: the name stands beside it.
 */
export function Picture({ url, name }: { url: string; name: string }) {
  const failed = useSignal('');
  const [letter] = name.trim();
  return (
    <span class="picture" aria-hidden="true">
      {url === '' || failed.value === url ? (
        letter
      ) : (
        <img
          src={url}
          alt=""
          width="72"
          height="72"
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => (failed.value = url)}
        />
      )}
    </span>
  );
}
