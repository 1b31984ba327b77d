import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { Dialog } from '../shared/dialog.tsx';
import { say, type Text } from '../shared/language.ts';
import { texts } from './texts.ts';

/**
 * A dialog that is loaded when it is opened for the first time, because most screens never open it. Until it is there, an
 * empty one appears if that takes long; without a network it says so.
 */
export function laterDialog<Props extends { onClose: () => void }>(
  title: Text,
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  let Loaded: FunctionComponent<Props> | undefined;
  return props => {
    const isMissing = useSignal(false);
    const isLoaded = useSignal(Loaded !== undefined);
    useEffect(() => {
      if (Loaded !== undefined) return;
      load().then(
        loaded => {
          Loaded = loaded;
          isLoaded.value = true;
        },
        () => {
          isMissing.value = true;
        },
      );
    }, []);
    if (isLoaded.value && Loaded !== undefined) return <Loaded {...props} />;
    return (
      <Dialog title={say(title)} testid="later-dialog" late={!isMissing.value} onClose={props.onClose}>
        {isMissing.value && <p role="alert">{say(texts.notLoaded)}</p>}
      </Dialog>
    );
  };
}
