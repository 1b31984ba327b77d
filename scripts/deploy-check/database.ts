import type { Cloud } from '../tencent/cloud.ts';
import type { Find } from './finding.ts';

/** Looks without making anything: an instance has a price for every hour. */
export async function probeDatabase({ postgres, access }: Cloud, find: Find): Promise<void> {
  const { DBInstanceSet } = await postgres('DescribeDBInstances', { Limit: 10 });
  find('the databases of the account can be listed', DBInstanceSet !== undefined);
  const { Price, OriginalPrice, Currency } = await postgres('InquiryPriceCreateDBInstances', {
    Zone: `${access.region}-3`,
    SpecCode: 'pg.it.small2',
    Storage: 10,
    InstanceCount: 1,
    Period: 1,
    InstanceChargeType: 'POSTPAID',
  });
  find('a price of a database is said, with its currency', (Price ?? OriginalPrice ?? 0) > 0 && Boolean(Currency));
}
