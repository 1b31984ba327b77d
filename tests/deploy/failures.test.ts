import { adviceFor, CallFailure, isMissing, isPresent } from '../../scripts/tencent/failures.ts';

function failure(code: string): CallFailure {
  return new CallFailure(
    { product: 'scf', action: 'CreateFunction', subject: 'bill', code, message: 'no', requestId: 'r-1' },
    undefined,
  );
}

describe('a failed call', () => {
  it('names the call, the code, the request id and what to do', () => {
    expect(failure('LimitExceeded.Function').message).toBe(
      [
        'scf CreateFunction (bill) failed: LimitExceeded.Function: no',
        '  request id: r-1',
        '  what to do: the region has no room for more functions: delete unused ones or ask for a higher quota',
      ].join('\n'),
    );
  });

  it('says no request id where there is none', () => {
    const { message } = new CallFailure(
      { product: 'scf', action: 'Invoke', code: 'Network', message: 'cut' },
      undefined,
    );
    expect(message).toMatch(/^scf Invoke failed: Network: cut\n {2}what to do: no answer from the cloud/);
  });

  it.each([
    'AuthFailure.SecretIdNotFound',
    'AuthFailure.SignatureFailure',
    'AuthFailure.SignatureExpire',
    'AuthFailure.TokenFailure',
    'AuthFailure.UnauthorizedOperation',
    'LimitExceeded.Memory',
    'ResourceNotFound.Vpc',
    'FailedOperation.UpdateFunctionCode',
    'RequestLimitExceeded.GlobalRegionUinLimitExceeded',
    'UnsupportedRegion',
    'InternalError.System',
    'AccessDenied',
    'BucketAlreadyExists',
    'Http403',
    'SlowDown',
    'Network',
  ])('%s has advice of its own', code => {
    expect(adviceFor(code)).not.toBe(adviceFor('SomethingElse'));
  });

  it('is unknown only when the call may have done its work', () => {
    expect(['Network', 'InternalError', 'LimitExceeded', 'AuthFailure'].map(code => failure(code).isUnknown)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('tells what is missing and what is there already', () => {
    expect(isMissing(failure('ResourceNotFound.Function'))).toBe(true);
    expect(isPresent(failure('ResourceInUse.FunctionName'))).toBe(true);
    expect(isMissing(new Error('ResourceNotFound'))).toBe(false);
    expect(isMissing(failure('AuthFailure.SecretIdNotFound'))).toBe(false);
  });
});
