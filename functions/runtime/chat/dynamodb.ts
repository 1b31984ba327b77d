import { dynamodbRoom } from '../../../db/connections/dynamodb.ts';
import type { Room } from '../../domain/chat/room.ts';
import { setting } from '../environment.ts';

/** A connection lives two hours at most on AWS; ten minutes more, and nobody has to renew a lease. */
const LEASE_SECONDS = 2 * 3_600 + 600;

/** Who is in the chat room, on DynamoDB: region and credentials are Lambda's. For `register` that is all. */
export const room: Room = dynamodbRoom({ table: setting('CHAT_TABLE'), leaseSeconds: LEASE_SECONDS });
