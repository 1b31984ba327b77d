import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Light modules around the code, which readers need to find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/**
 * A text as a QR code, dark on light in every colour scheme: many readers cannot read the reverse. What makes one is
 * loaded with the first, since most who open the page never look at one; until then, and without a network, its place is
 * empty.
 */
export function QrCode({ text, name }: { text: string; name: string }) {
  const code = useSignal<Code | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    void encoded(text).then(made => {
      if (isWanted) code.value = made;
    });
    return () => {
      isWanted = false;
    };
  }, [text]);
  if (code.value === undefined) return <svg class="qr-code" aria-hidden="true" viewBox="0 0 1 1" />;
  const { data, size } = code.value;
  const dark = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={name}
      shape-rendering="crispEdges"
      data-testid="qr-code"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}

interface Code {
  data: boolean[][];
  size: number;
}

async function encoded(text: string): Promise<Code | undefined> {
  try {
    const { encode } = await import('uqr');
    return encode(text, { ecc: 'M', border: QUIET_ZONE });
  } catch {
    return undefined; // not loaded: the link stands below as a text
  }
}
