import type { Cloud } from '../cloud.ts';
import { CallFailure } from '../failures.ts';
import { retry } from '../patience.ts';

/** Of one call. */
const mostAttempts = 5;

/** One call about the bucket; the method's name is that of the SDK. */
export type Ask = (
  method:
    | 'putBucket'
    | 'headBucket'
    | 'deleteBucket'
    | 'getBucket'
    | 'getObject'
    | 'putObject'
    | 'deleteMultipleObject'
    | 'putBucketTagging'
    | 'getBucketTagging'
    | 'putBucketAcl'
    | 'getBucketAcl'
    | 'putBucketWebsite'
    | 'getBucketWebsite'
    | 'deleteBucketWebsite',
  more: object,
) => Promise<Record<string, unknown>>;

/** Opens a bucket, which may not be there yet. */
export async function openCos({ access }: Cloud, bucket: string): Promise<Ask> {
  // It takes a while to load, and most stages have no bucket.
  const { default: COS } = await import('cos-nodejs-sdk-v5');
  const { secretId, secretKey, token, region, cosEndpoint, retryMs } = access;
  const client = new COS({
    SecretId: secretId,
    SecretKey: secretKey,
    ...(token === undefined ? {} : { SecurityToken: token }),
    Timeout: 60_000,
    // Requests keep their host and signature; only the connection goes elsewhere.
    ...(cosEndpoint === undefined ? {} : { Protocol: 'http:', Ip: new URL(cosEndpoint).host }),
  });
  const methods = client as unknown as Record<string, (request: object) => Promise<Record<string, unknown>>>;
  return (method, more) => {
    const call = async () => {
      try {
        return (await methods[method]?.call(client, { Bucket: bucket, Region: region, ...more })) ?? {};
      } catch (error) {
        throw failureOf(method, bucket, error);
      }
    };
    let attempts = 0;
    return retry(call, failure => {
      attempts += 1;
      // All of these may be repeated: the same object, the same tags, the same bucket.
      const isPassing =
        failure instanceof CallFailure &&
        (failure.isUnknown || failure.code === 'SlowDown' || failure.code === 'RequestLimitExceeded');
      return isPassing && attempts < mostAttempts ? { afterMs: retryMs * 2 ** (attempts - 1) } : 'hopeless';
    });
  };
}

/** The SDK's errors: `code` of the answer's XML, or none; an empty answer has its status alone. */
function failureOf(action: string, subject: string, error: unknown): CallFailure {
  const { code, message, statusCode, RequestId } = error as Partial<Record<string, string | number>>;
  // COS numbers its answers, errors among them. What a proxy answers in its place is as good as no answer.
  const isAnswer = typeof statusCode === 'number' && statusCode > 0 && RequestId !== undefined;
  const isNamed = isAnswer && typeof code === 'string' && /^[A-Z][A-Za-z]+$/.test(code) && !/^E[A-Z]+$/.test(code);
  const named = isNamed ? String(code) : `Http${statusCode}`;
  return new CallFailure(
    {
      product: 'cos',
      action,
      subject,
      code: isAnswer ? (Number(statusCode) >= 500 ? `InternalError.${named}` : named) : 'Network',
      message: String(message),
      requestId: RequestId === undefined ? undefined : String(RequestId),
    },
    error,
  );
}
