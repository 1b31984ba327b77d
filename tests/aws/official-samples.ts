import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';

/** Who is connected, for a broadcast: a set of ids. */
export interface Members {
  ids: Set<string>;
  remove(key: string): void;
}

/** A broadcast on behalf of a frame's sender. */
export type Broadcast = (endpoint: string, members: Members, sender: string, text: string) => Promise<void>;

/**
 * As an official sample does it that was written for version 2 of the SDK: version 3 has no `statusCode`, so the error
 * of the first dead connection is thrown, whoever comes after it gets nothing, and nobody is forgotten. If it matched,
 * it would forget the sender.
 */
export const byStatusCode: Broadcast = async (endpoint, members, sender, text) => {
  const client = new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 1 });
  for (const id of members.ids) {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: text }));
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 410) throw error;
      members.remove(sender);
    }
  }
};

/** As another official sample does it: it sees that somebody is gone, and makes a key that belongs to nobody. */
export const byWrongKey: Broadcast = async (endpoint, members, _sender, text) => {
  const client = new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 1 });
  for (const id of members.ids) {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: text }));
    } catch (error) {
      if ((error as { name?: string }).name !== 'GoneException') continue;
      members.remove(String({ connectionId: { S: id } }));
    }
  }
};
