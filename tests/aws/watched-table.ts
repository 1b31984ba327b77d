import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { CHAT_TABLE, type ChatTable, startChatTable } from '../../scripts/aws/chat-table.ts';

/** The chat's table, and what a test wants to know of it. */
export interface WatchedTable extends ChatTable {
  /** What the functions have called: `Query`, `UpdateItem` … */
  operations: ReadonlySet<string>;
  /** Ids of the connections in the room. */
  ids(): Promise<string[]>;
  /** Puts a member, who stays for a minute. */
  put(member: { id: string; name: string; renewedAt: number }): Promise<void>;
}

/** Starts it. */
export async function startWatchedTable(): Promise<WatchedTable> {
  const table = await startChatTable();
  const operations = new Set<string>();
  table.server.prependListener('request', ({ headers }) => {
    const isOurs = String(headers.authorization).includes('Credential=test/');
    if (!isOurs) operations.add(String(headers['x-amz-target']).split('.').at(-1) ?? '');
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: table.endpoint, region: 'local', credentials });
  const documents = DynamoDBDocumentClient.from(client);
  return {
    ...table,
    operations,
    async ids() {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName: CHAT_TABLE,
          IndexName: 'room',
          KeyConditionExpression: 'room = :room',
          ExpressionAttributeValues: { ':room': 'chat' },
        }),
      );
      return Items.map(({ id }) => String(id));
    },
    async put(member) {
      const expiresAt = Math.floor(Date.now() / 1000) + 60;
      await documents.send(new PutCommand({ TableName: CHAT_TABLE, Item: { ...member, room: 'chat', expiresAt } }));
    },
    async stop() {
      client.destroy();
      await table.stop();
    },
  };
}
