// serverless-offline answers a call about a connection that is gone with a bare 410. API Gateway names the error in a
// header besides, and the functions believe nothing less.
import { ServerResponse } from 'node:http';

const { writeHead } = ServerResponse.prototype;

ServerResponse.prototype.writeHead = function (status, ...rest) {
  const isAboutConnection = this.req.url?.includes('/@connections/') ?? false;
  if (status === 410 && isAboutConnection) this.setHeader('x-amzn-errortype', 'GoneException');
  return writeHead.call(this, status, ...rest);
};
