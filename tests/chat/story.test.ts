import { describeOver } from '../programs.ts';
import { chatStory } from './story.ts';
import { chatSystems } from './systems.ts';

// The whole chat as `npm start` serves it: real functions behind our gateway, on every store that it can be given, and
// with the queue between.

for (const [name, start] of Object.entries(chatSystems))
  describeOver(name)(`the chat on ${name}`, () => chatStory(start, { ours: true }));
