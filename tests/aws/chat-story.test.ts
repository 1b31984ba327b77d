import { startOffline } from '../../scripts/aws/offline.ts';
import { chatStory } from '../support/chat/story.ts';
import type { ChatSystem } from '../support/chat/systems.ts';
import { pagesOrigin } from './system.ts';
import { startWatchedTable } from './watched-table.ts';

chatStory(start, { ours: false });

async function start(): Promise<ChatSystem> {
  const table = await startWatchedTable();
  const chat = await startOffline({ websockets: 'chat', pagesOrigin, environment: table.environment });
  return {
    url: chat.websocketUrl,
    async stop() {
      await chat.stop();
      await table.stop();
    },
  };
}
