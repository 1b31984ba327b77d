import { say } from '../shared/language.ts';
import { meanwhileTexts } from './meanwhile-texts.ts';

/** Says in a form that others have saved meanwhile, and offers to drop what is typed. */
export function ChangedMeanwhile({ onDrop }: { onDrop: () => void }) {
  return (
    <div class="banner banner-warn stack" role="alert" data-testid="changed-meanwhile">
      <p>{say(meanwhileTexts.changed)}</p>
      <button type="button" class="button" data-testid="drop-typed" onClick={onDrop}>
        {say(meanwhileTexts.drop)}
      </button>
    </div>
  );
}
