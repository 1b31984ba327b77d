import axios from 'axios';
import type { CallWebhook } from '../domain/redelivery.ts';

/** Calls a webhook by `axios`: 5 s at most, no redirects, nothing of the answer but its status is looked at. */
export const callWebhook: CallWebhook = async (url, headers, body) => {
  try {
    const { status } = await axios.post(url, body, {
      headers,
      signal: AbortSignal.timeout(5_000),
      maxRedirects: 0,
      maxContentLength: 64 * 1024,
      proxy: false,
      transformRequest: text => text,
      validateStatus: () => true,
    });
    return status >= 200 && status < 300 ? undefined : `answered ${status}`;
  } catch (error) {
    return axios.isAxiosError(error) ? (error.code ?? 'no answer') : 'no answer';
  }
};
