import type COS from 'cos-nodejs-sdk-v5';
import { cosRoom } from '../../../db/connections/cos.ts';
import { chatLeaseSeconds, setting } from '../environment.ts';

/** The chat room on COS: `CHAT_COS_BUCKET`, `CHAT_COS_REGION`, `CHAT_COS_PREFIX`. */
export const room = cosRoom({
  bucket: setting('CHAT_COS_BUCKET'),
  region: setting('CHAT_COS_REGION'),
  prefix: setting('CHAT_COS_PREFIX', 'chat/'),
  leaseSeconds: chatLeaseSeconds(),
  client: { ...address(), ...credentials() },
});

/** `CHAT_COS_ADDRESS`: `host:port` of something else than COS that speaks as it does, over plain HTTP. */
function address(): COS.COSOptions {
  const other = setting('CHAT_COS_ADDRESS', '');
  return other === '' ? {} : { Ip: other, Protocol: 'http:' };
}

/**
 * `COS_SECRET_ID` and `COS_SECRET_KEY` where they are set, else the credentials of the function's role, which the platform
 * puts into the environment and renews there: so they are read for every minute anew.
 */
function credentials(): COS.COSOptions {
  const SecretId = setting('COS_SECRET_ID', '');
  if (SecretId !== '') return { SecretId, SecretKey: setting('COS_SECRET_KEY') };
  return {
    getAuthorization(_, callback) {
      const now = Math.floor(Date.now() / 1000);
      callback({
        TmpSecretId: setting('TENCENTCLOUD_SECRETID'),
        TmpSecretKey: setting('TENCENTCLOUD_SECRETKEY'),
        SecurityToken: setting('TENCENTCLOUD_SESSIONTOKEN'),
        StartTime: now - 60,
        ExpiredTime: now + 60,
      });
    },
  };
}
