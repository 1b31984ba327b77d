import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { parse } from 'yaml';

/** A DynamoDB in this process with the chat's table. */
export interface ChatTable {
  endpoint: string;
  /** Gets the requests of whoever uses it. */
  server: Server;
  /** What makes the AWS SDK of other processes use it. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts dynalite and makes the table as serverless.aws.yml describes it. What it holds is gone when it stops. */
export async function startChatTable(): Promise<ChatTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'local' };
  const admin = new DynamoDBClient({ endpoint, region: 'local', credentials });
  await admin.send(new CreateTableCommand({ ...describedTable(), TableName: CHAT_TABLE }));
  admin.destroy();
  return {
    endpoint,
    server,
    environment: { AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The table's name on this machine. */
export const CHAT_TABLE = 'ChatTable';

/** The table of serverless.aws.yml; its time to live is no part of making it, and dynalite knows none. */
function describedTable(): Omit<CreateTableCommandInput, 'TableName'> {
  // CloudFormation's tags (!Ref and the like) mean nothing here.
  const { resources } = parse(readFileSync('serverless.aws.yml', 'utf8'), { merge: true, logLevel: 'error' });
  const { TimeToLiveSpecification: _, ...table } = resources.Resources.ChatTable.Properties;
  return table;
}
