import { effect, signal } from '@preact/signals';
import { readStored, store } from './stored.ts';

/** The languages of the pages. */
export type Language = 'zh' | 'en';

/** The same sentence in both languages. `{name}` is replaced by the value of that name. */
export type Text = readonly [zh: string, en: string];

/** The language that is shown: the one chosen on this device, else the browser's. */
export const language = signal<Language>(initialLanguage());

/** A sentence in the language that is shown; reading it in a component makes that follow the language. */
export function say([zh, en]: Text, values: Readonly<Record<string, string | number>> = {}): string {
  const text = language.value === 'zh' ? zh : en;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Switches the language, and remembers that. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  store('language', chosen);
}

/** The locale for numbers and times. */
export function locale(): string {
  return language.value === 'zh' ? 'zh-CN' : 'en-GB';
}

function initialLanguage(): Language {
  const chosen = readStored('language');
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return navigator.languages
    .find(tag => /^(zh|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('zh')
    ? 'zh'
    : 'en';
}

effect(() => {
  document.documentElement.lang = locale();
});
