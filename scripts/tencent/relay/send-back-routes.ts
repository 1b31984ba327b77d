import { request } from 'node:http';
import type { GatewayOptions } from '../../../apigateway/server/options.ts';

/** An HTTP request, as a function behind API Gateway is given it. */
interface HttpEvent {
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** A web function has one port, so what functions push comes there too, and is handed on to the send-back port as it is. */
export function sendBackRoutes(
  websockets: { name: string }[],
  port: () => number,
): NonNullable<GatewayOptions['routes']> {
  return websockets.map(({ name }) => ({
    path: `/send-back/${name}`,
    methods: ['POST'],
    target: (event: unknown) => handOn(event as HttpEvent, name, port()),
  }));
}

function handOn({ headers = {}, body = '', isBase64Encoded = false }: HttpEvent, name: string, port: number) {
  const { authorization = '' } = Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]),
  );
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return new Promise<object>((resolve, reject) => {
    const call = request(
      {
        ...{ host: '127.0.0.1', port, path: `/send-back/${name}`, method: 'POST' },
        headers: { authorization, 'content-type': 'application/json', 'content-length': bytes.length },
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            isBase64Encoded: false,
            statusCode: response.statusCode ?? 502,
            headers: { 'content-type': 'application/json' },
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(bytes);
  });
}
