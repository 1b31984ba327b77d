import { type Belonging, ifOffered } from '../tencent/commands/remove.ts';
import type { Context } from '../tencent/context.ts';
import { removeBucket } from '../tencent/resources/bucket.ts';
import { openCos } from '../tencent/resources/cos.ts';
import { findInstance, removeInstance } from './postgres-instance.ts';
import type { OrderingSettings } from './settings.ts';

/** The bucket of the pages that serverless.yml names, and the database that the stage has made, last. */
export async function belongingsOf({ cloud, settings }: Context<OrderingSettings>): Promise<Belonging[]> {
  const { bucket, database } = settings;
  const instance = await ifOffered(database !== undefined, findInstance(cloud, settings));
  const belongings: Belonging[] = [];
  if (bucket !== undefined) {
    const name = `bucket ${bucket.bucket}`;
    belongings.push({
      name,
      gone: `${name} removed`,
      remove: async () => removeBucket(await openCos(cloud, bucket.bucket), settings.deployment),
    });
  }
  if (instance !== undefined) {
    const name = `the database ${instance.DBInstanceId} WITH ALL ORDERS`;
    const gone = `database ${instance.DBInstanceId} removed`;
    belongings.push({ name, gone, remove: () => removeInstance(cloud, settings) });
  }
  return belongings;
}
