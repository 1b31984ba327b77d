import { chatStory } from './story.ts';
import { chatSystems } from './systems.ts';

// The whole chat as `npm start` serves it: real functions behind our gateway, on every store that it can be given, and
// with the queue between.

describe.each(Object.entries(chatSystems))('the chat on %s', (_, start) => chatStory(start, { ours: true }));
