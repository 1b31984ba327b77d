import { chatStory } from '../support/chat/story.ts';
import { chatSystems } from '../support/chat/systems.ts';
import { describeOver } from '../support/programs.ts';

// The whole chat as `npm start` serves it: real functions behind our gateway, on every store that it can be given, and
// with the queue between.

for (const [name, start] of Object.entries(chatSystems))
  describeOver(name)(`the chat on ${name}`, () => chatStory(start, { ours: true }));
