import * as v from 'valibot';
import type { Product } from './api-server.ts';
import { action } from './parameters.ts';

/** Who is calling: STS and CAM, as far as a deployment asks. */
export function accountProducts({ appId }: { appId: string }): Product[] {
  const uin = '100000000001';
  const who = {
    Arn: `qcs::cam::uin/${uin}:uin/${uin}`,
    AccountId: uin,
    UserId: uin,
    PrincipalId: uin,
    Type: 'CAMUser',
  };
  const GetCallerIdentity = action(v.strictObject({}), () => who);
  const GetUserAppId = action(v.strictObject({}), () => ({ AppId: Number(appId), Uin: uin, OwnerUin: uin }));
  return [
    { name: 'sts', version: '2018-08-13', isGlobal: true, actions: { GetCallerIdentity } },
    { name: 'cam', version: '2019-01-16', isGlobal: true, actions: { GetUserAppId } },
  ];
}
