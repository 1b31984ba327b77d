import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ListedMember, NEW_SECONDS, type Room } from '../../functions/domain/chat/room.ts';

/** Where the table is and how long a lease lasts. `now` is milliseconds. */
export interface DynamodbRoomOptions {
  table: string;
  leaseSeconds: number;
  client?: DynamoDBClientConfig;
  now?: () => number;
}

/**
 * The chat room on DynamoDB. The table: partition key `id` (S); time to live on `expiresAt` (N); a global secondary index
 * `room` with the keys `room` (S) and `id` (S) that projects everything. Items:
 *
 * - a member: `id` is the connection's, `room` is always `chat`, `name`, `renewedAt` (ms), `expiresAt` (s)
 * - a tombstone: `id` is the connection's, `closed`, `expiresAt`; without `room`, so it is not in the index
 * - a name: `id` is `name#` and the letters, `holder` is the connection's id, `expiresAt`
 *
 * A list reads the index, which follows the table after a moment, usually well under a second: until then somebody who
 * came may be missing from it, and somebody who left may still be in it.
 */
export function dynamodbRoom({ table, leaseSeconds, client, now = Date.now }: DynamodbRoomOptions): Room {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client ?? {}));
  const seconds = () => Math.floor(now() / 1000);
  /** A lease that ends later than one that begins now was written by a clock that was ahead, and is over. */
  const bounds = () => ({ ':now': seconds(), ':latest': seconds() + leaseSeconds + AHEAD_SECONDS });
  const claimOf = (name: string) => `name#${name}`;

  async function claim({ id, name }: { id: string; name: string }): Promise<boolean> {
    return isMet(
      documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { id: claimOf(name) },
          UpdateExpression: 'SET holder = :id, expiresAt = :expires',
          ConditionExpression: 'attribute_not_exists(id) OR holder = :id OR expiresAt <= :now OR expiresAt > :latest',
          ExpressionAttributeValues: { ':id': id, ':expires': seconds() + leaseSeconds, ...bounds() },
        }),
      ),
    );
  }

  async function giveBack(name: string, id: string): Promise<void> {
    await isMet(
      documents.send(
        new DeleteCommand({
          TableName: table,
          Key: { id: claimOf(name) },
          ConditionExpression: 'holder = :id',
          ExpressionAttributeValues: { ':id': id },
        }),
      ),
    );
  }

  /** Why a member could not be written: it was closed, or it has another name. */
  async function refusalOf(id: string): Promise<'closed' | 'taken'> {
    const { Item } = await documents.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item?.closed === true ? 'closed' : 'taken';
  }

  return {
    async add({ id, name }) {
      if (!(await claim({ id, name }))) return 'taken';
      const isAdded = await isMet(
        documents.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET room = :room, #name = :name, renewedAt = :renewed, expiresAt = :expires',
            ConditionExpression:
              'attribute_not_exists(id) OR (attribute_not_exists(closed) AND (#name = :name OR expiresAt <= :now OR expiresAt > :latest))',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: {
              ':room': ROOM,
              ':name': name,
              ':renewed': now(),
              ':expires': seconds() + leaseSeconds,
              ...bounds(),
            },
          }),
        ),
      );
      if (isAdded) return 'added';
      await giveBack(name, id);
      return refusalOf(id);
    },

    async rename({ id, name: old }, name) {
      if (!(await claim({ id, name }))) return 'taken';
      const isRenamed = await isMet(
        documents.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: 'SET #name = :name, renewedAt = :renewed, expiresAt = :expires',
            ConditionExpression: 'attribute_not_exists(closed) AND (#name = :old OR #name = :name)',
            ExpressionAttributeNames: { '#name': 'name' },
            ExpressionAttributeValues: {
              ':name': name,
              ':old': old,
              ':renewed': now(),
              ':expires': seconds() + leaseSeconds,
            },
          }),
        ),
      );
      if (!isRenamed) {
        await giveBack(name, id);
        return refusalOf(id);
      }
      if (name !== old) await giveBack(old, id);
      return 'added';
    },

    async remove(id) {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: 'SET closed = :closed, expiresAt = :expires REMOVE room, #name, renewedAt',
          ExpressionAttributeNames: { '#name': 'name' },
          ExpressionAttributeValues: { ':closed': true, ':expires': seconds() + leaseSeconds },
          ReturnValues: 'ALL_OLD',
        }),
      );
      if (typeof Attributes?.name === 'string') await giveBack(Attributes.name, id);
    },

    async *list() {
      let from: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'room',
            KeyConditionExpression: 'room = :room',
            // Time to live deletes within days, not at once.
            FilterExpression: 'expiresAt > :now',
            ExpressionAttributeValues: { ':room': ROOM, ':now': seconds() },
            Limit: PAGE,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        if (Items.length > 0) yield Items.map(item => listedMember(item, now()));
        from = LastEvaluatedKey;
      } while (from !== undefined);
    },
  };
}

const ROOM = 'chat';
/** How far the clocks of two functions may be apart. */
const AHEAD_SECONDS = 3_600;
/** Members in one page. */
const PAGE = 1_000;

function listedMember({ id, name, renewedAt }: Record<string, unknown>, now: number): ListedMember {
  // What was renewed in the future, was so by a clock that was ahead.
  return { id: String(id), name: String(name), isNew: Math.abs(now - Number(renewedAt)) < NEW_SECONDS * 1000 };
}

/** Whether the condition of a write was met. */
async function isMet(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
