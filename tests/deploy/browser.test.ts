import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { type People, people } from '../support/browser/people.ts';
import { type Deployment, startDeployment } from './deployment.ts';

// What `sls deploy` prints at its end is opened in a real browser, and an order goes from one link to the other.

const bucket = 'pages-1250000000';
const phone = { viewport: { width: 390, height: 844 } };
const byId = (page: Page, id: string) => page.getByTestId(id);

describe.each([
  ['with the gateway as a web function', []],
  ['with API Gateway and pages in a bucket', ['-c', 'serverless.apigateway.yml']],
])('the links of a deployment %s', (_, config) => {
  let world: Deployment;
  let browser: Browser;
  let who: People;
  let links: string[];

  beforeAll(async () => {
    [world, browser] = await Promise.all([startDeployment(), launchBrowser()]);
    who = people(browser);
    Object.assign(world.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await world.cloud.bucketDomain(bucket) });
    const { stdout } = await world.sls('deploy', ...config);
    links = stdout.trim().split('\n');
  });
  afterAll(async () => {
    await browser?.close();
    await world?.end();
  });

  it('bring an order from the customer to the shop, and the answer back', async () => {
    const [orderLink = '', shopLink = ''] = links;
    const shop = await who.open(await who.device({}), shopLink);
    await eventually(() => byId(shop, 'connection').getAttribute('data-phase'), 'live');
    const customer = await who.open(await who.device(phone), orderLink);
    for (const id of ['shop-shop1', 'more-rice', 'to-checkout', 'name']) await byId(customer, id).tap();
    await customer.keyboard.type('Xiao Ming');
    await customer.keyboard.press('Tab');
    await customer.keyboard.type('+86 138 0000 0000');
    await customer.keyboard.press('Tab');
    await customer.keyboard.type('People’s Road 1');
    await byId(customer, 'place').tap();
    const status = () => byId(customer, 'status').getAttribute('data-status');
    await eventually(status, 'placed');
    const ticket = byId(shop, 'column-placed').getByTestId('ticket-1');
    await ticket.getByText('Xiao Ming').waitFor();
    await ticket.getByTestId('accept').click();
    await eventually(status, 'accepted');
    expect(who.problems).toEqual([]);
  });
});
