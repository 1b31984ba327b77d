import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openCloud } from '../../scripts/tencent/cloud.ts';
import { readAccess } from '../../scripts/tencent/service/access.ts';

const key = { TENCENT_SECRET_ID: 'id', TENCENT_SECRET_KEY: 'key' };

describe('12.10: an account', () => {
  it.each([
    [undefined, 'tencentcloudapi.com'],
    ['china', 'tencentcloudapi.com'],
    ['intl', 'intl.tencentcloudapi.com'],
  ])('of the site %p calls each product at its host of %s', async (site, domain) => {
    const hosts: unknown[] = [];
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.end('{"Response":{"RequestId":"1"}}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = { ...key, TENCENT_SITE: site, TENCENT_API_ENDPOINT: endpoint };
    const cloud = openCloud(readAccess('ap-singapore', environment));
    await cloud.scf('ListFunctions', {});
    await cloud.cls('DescribeLogsets', {});
    await cloud.postgres('DescribeDBInstances', {});
    await cloud.apigateway('DescribeServicesStatus', {});
    server.closeAllConnections();
    server.close();
    expect(hosts).toEqual(['scf', 'cls', 'postgres', 'apigateway'].map(product => `${product}.${domain}`));
  });

  it.each(['ap-singapore', 'na-siliconvalley', 'eu-frankfurt', 'ap-hongkong'])('may be used in %s', region => {
    expect(readAccess(region, { ...key, TENCENT_SITE: 'intl' })).toMatchObject({ region, site: 'intl' });
  });
});
