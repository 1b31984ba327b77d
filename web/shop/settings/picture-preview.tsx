import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../../shared/language.ts';
import { termsTexts } from './terms-texts.ts';

/** An address is loaded once nobody has typed on for so long. */
const SETTLED_MS = 400;

/** The picture as customers see it, or why they will not. */
export function PicturePreview({ url }: { url: string }) {
  const shown = useSignal(url);
  const trouble = useSignal<'broken' | 'not let in' | undefined>(undefined);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (shown.value === url) return;
      trouble.value = undefined;
      shown.value = url;
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [url]);
  useEffect(() => {
    const note = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
      if (effectiveDirective === 'img-src' && blockedURI.startsWith(originOf(shown.value)))
        trouble.value = 'not let in';
    };
    document.addEventListener('securitypolicyviolation', note);
    return () => document.removeEventListener('securitypolicyviolation', note);
  }, []);
  if (trouble.value !== undefined)
    return (
      <p class="field-error" role="alert" data-testid="picture-trouble">
        {trouble.value === 'broken'
          ? say(termsTexts.pictureBroken)
          : say(termsTexts.pictureNotLetIn, { host: new URL(shown.value, location.href).host })}
      </p>
    );
  return (
    <img
      class="picture-preview"
      src={shown.value}
      alt={say(termsTexts.picturePreview)}
      data-testid="picture-preview"
      onError={() => {
        // The policy of the page may have said more of it already.
        trouble.value ??= 'broken';
      }}
    />
  );
}

function originOf(url: string): string {
  return new URL(url, location.href).origin;
}
