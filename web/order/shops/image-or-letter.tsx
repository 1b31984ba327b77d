import { useSignal } from '@preact/signals';

/** A picture; without one, and where it does not load, the first letter of the name of what it would show. */
export function ImageOrLetter({ url, name, isLazy }: { url: string | undefined; name: string; isLazy: boolean }) {
  const failed = useSignal('');
  const [letter] = name.trim();
  if (!url || failed.value === url) return <>{letter}</>;
  return (
    <img
      src={url}
      alt=""
      width="72"
      height="72"
      loading={isLazy ? 'lazy' : 'eager'}
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => (failed.value = url)}
    />
  );
}
