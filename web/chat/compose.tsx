import { MAX_MESSAGE_CHARACTERS } from '../../functions/domain/chat/frames.ts';
import { readFilledFields } from '../shared/autofill.ts';
import { isComposing } from '../shared/composition.ts';
import { say } from '../shared/language.ts';
import { lengthOf, sendableText } from '../shared/typed-text.ts';
import { addressee, chat, draft, sayDraft, write } from './conversation.ts';
import { texts } from './texts.ts';

/** Where a message is written. What is too long stays, and says so. */
export function Compose() {
  const length = lengthOf(sendableText(draft.value));
  const isTooLong = length > MAX_MESSAGE_CHARACTERS;
  const submit = (form: EventTarget | null) => {
    readFilledFields(form);
    const text = sendableText(draft.value);
    if (text.trim() !== '' && lengthOf(text) <= MAX_MESSAGE_CHARACTERS) sayDraft();
  };
  const { problem } = chat.value;
  return (
    <form
      class="compose stack"
      aria-label={say(texts.message)}
      onSubmit={event => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      {(problem === 'not_found' || problem === 'rate_limited') && (
        <p class="field-error" role="alert" data-testid="problem">
          {say(problem === 'not_found' ? texts.notThere : texts.tooFast)}
        </p>
      )}
      <div class="spread">
        <label for="text">
          {addressee.value === undefined ? say(texts.toAll) : say(texts.toOne, { name: addressee.value })}
        </label>
        {addressee.value !== undefined && (
          <button
            type="button"
            class="quiet-button"
            data-testid="to-all"
            onClick={() => {
              addressee.value = undefined;
            }}
          >
            {say(texts.stopDirect)}
          </button>
        )}
      </div>
      <div class="compose-line">
        <textarea
          id="text"
          class="input"
          rows={2}
          dir="auto"
          enterkeyhint="send"
          data-testid="text"
          placeholder={say(texts.message)}
          aria-describedby="hint"
          aria-invalid={isTooLong}
          value={draft.value}
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
            event.preventDefault();
            submit(event.currentTarget.form);
          }}
        />
        <button type="submit" class="button primary" data-testid="send">
          {say(texts.send)}
        </button>
      </div>
      <p id="hint" class={isTooLong ? 'field-error' : 'muted small'} role={isTooLong ? 'alert' : undefined}>
        {isTooLong ? say(texts.tooLong, { n: length, most: MAX_MESSAGE_CHARACTERS }) : say(texts.hint)}
      </p>
    </form>
  );
}
