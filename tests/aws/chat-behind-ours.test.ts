import { chatStory } from '../support/chat/story.ts';
import { startChatBehindOurs } from './behind-our-gateway.ts';
import { startWatchedTable } from './watched-table.ts';

chatStory(
  async () => {
    const table = await startWatchedTable();
    const chat = await startChatBehindOurs(table.environment);
    return {
      url: chat.url,
      async stop() {
        await chat.stop();
        await table.stop();
      },
    };
  },
  { ours: false, takesBytes: false },
);
