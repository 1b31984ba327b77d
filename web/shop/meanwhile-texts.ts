import type { Text } from '../shared/language.ts';

/** What a form says when others have saved while it was open. It is loaded with the forms. */
export const meanwhileTexts = {
  changed: [
    '别人刚刚改过，还没有保存。你没动过的地方已更新，你填的还在。看过以后请再点保存。',
    'Changed meanwhile by somebody else, and nothing is saved yet. What you did not touch is up to date, what you typed is still there. Look it over, then save again.',
  ],
  drop: ['放弃我填的，看现在的', 'Drop what I typed'],
  removed: [
    '这道菜刚刚被别人删掉了。再点保存，就会重新加进菜单。',
    'Somebody else has removed this dish meanwhile. Saving again puts it back on the menu.',
  ],
} as const satisfies Record<string, Text>;
