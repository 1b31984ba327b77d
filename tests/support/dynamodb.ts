import { once } from 'node:events';
import type { Server } from 'node:http';
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { lettersOf } from '../../functions/domain/chat/names.ts';
import { listen } from './listen.ts';

/** A DynamoDB of a test, in this process. */
export interface Dynamodb {
  client: DynamoDBClientConfig;
  /** Makes an empty table as the room needs it, and returns its name. */
  createRoomTable(): Promise<string>;
  /** Puts members there, 25 with a call. */
  fill(table: string, ids: readonly string[]): Promise<void>;
  /** How often each operation has been called, by its name: `Query`, `Scan` … */
  calls: Map<string, number>;
  stop(): Promise<void>;
}

/** Starts dynalite. */
export async function startDynamodb(): Promise<Dynamodb> {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const calls = new Map<string, number>();
  server.prependListener('request', ({ headers }) => {
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
  });
  const port = await listen(server);
  const client: DynamoDBClientConfig = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const admin = new DynamoDBClient(client);
  const documents = DynamoDBDocumentClient.from(admin);
  let tables = 0;

  return {
    client,
    calls,
    async createRoomTable() {
      const TableName = `chat-${++tables}`;
      await admin.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'id', AttributeType: 'S' },
            { AttributeName: 'room', AttributeType: 'S' },
          ],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'room',
              KeySchema: [
                { AttributeName: 'room', KeyType: 'HASH' },
                { AttributeName: 'id', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
      return TableName;
    },
    async fill(table, ids) {
      const [renewedAt, expiresAt] = [Date.now(), Math.floor(Date.now() / 1_000) + 3_600];
      for (let first = 0; first < ids.length; first += 25) {
        const puts = ids.slice(first, first + 25).map(id => ({
          PutRequest: { Item: { id, room: 'chat', name: lettersOf(id)[0], renewedAt, expiresAt } },
        }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
      }
    },
    async stop() {
      admin.destroy();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
