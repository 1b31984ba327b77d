import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { say } from '../shared/language.ts';
import { LanguageSwitch } from '../shared/language-switch.tsx';
import { LateAddresses } from '../shared/late-addresses.tsx';
import { Compose } from './compose.tsx';
import { chat } from './conversation.ts';
import { Message, Move } from './message.tsx';
import { texts } from './texts.ts';

/** The chat's page. */
export function App() {
  // With the words, not after them: the title and the heading change in one moment.
  useLayoutEffect(() => {
    document.title = say(texts.title);
  });
  return (
    <>
      <header class="top">
        <div class="spread">
          <h1>{say(texts.title)}</h1>
          <LanguageSwitch />
        </div>
        <Presence />
      </header>
      <main>
        <LateAddresses />
        <Messages />
      </main>
      <footer class="foot">
        {isBehind.value && (
          <button type="button" class="button more" data-testid="more" onClick={toEnd}>
            {say(texts.newBelow)} ↓
          </button>
        )}
        <Compose />
      </footer>
    </>
  );
}

/** Whether something was said below of what is in view. */
const isBehind = signal(false);

function Presence() {
  const { phase, you, online } = chat.value;
  return (
    <div class="row presence">
      <span
        class={phase === 'live' ? 'chip chip-good' : 'chip'}
        role="status"
        data-testid="connection"
        data-phase={phase}
      >
        {say(texts[phase])}
      </span>
      {you !== undefined && (
        <span class="chip" data-testid="you">
          {say(texts.youAre, { name: you })}
        </span>
      )}
      {online !== undefined && (
        <span class="chip number" data-testid="online">
          {say(texts.onlineCount, { n: online })}
        </span>
      )}
    </div>
  );
}

/** Follows what comes as long as the end is in view; else says that there is more. */
function Messages() {
  const { entries } = chat.value;
  const last = entries.at(-1);
  useLayoutEffect(() => {
    if (isAtEnd() || (last?.kind === 'said' && last.from === undefined)) toEnd();
    else isBehind.value = last?.kind === 'said';
  }, [last?.id]);
  useEffect(() => {
    const look = () => {
      atEnd = distanceToEnd() < 80;
      if (atEnd) isBehind.value = false;
    };
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  return (
    <>
      {entries.length === 0 && (
        <div class="nothing stack">
          <p>{say(texts.nobody)}</p>
          <p class="small">{say(texts.anonymous)}</p>
        </div>
      )}
      <div role="log" aria-label={say(texts.messages)}>
        <ol class="stack messages">
          {entries.map(entry =>
            entry.kind === 'said' ? <Message key={entry.id} said={entry} /> : <Move key={entry.id} moved={entry} />,
          )}
        </ol>
      </div>
    </>
  );
}

/** Where the reader was before the newest entry made the page longer. */
let atEnd = true;

function isAtEnd(): boolean {
  return atEnd;
}

function distanceToEnd(): number {
  const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
  return scrollHeight - scrollTop - clientHeight;
}

function toEnd(): void {
  document.documentElement.scrollTop = document.documentElement.scrollHeight;
  atEnd = true;
}
