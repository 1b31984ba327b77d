/** What `--init` writes: a configuration to begin with. */
export function exampleConfiguration(schema: string | undefined): string {
  return `{
${schema === undefined ? '' : `  "$schema": ${JSON.stringify(schema)},\n`}  // A WebSocket that is opened at ws://127.0.0.1:8080/chat and three functions for it.
  "websockets": [
    {
      "path": "/chat",
      // The last part of the send-back URL, under which functions push; more names in "sendBackNames".
      "apiId": "chat",
      // A function is called where it is:
      //   "http://127.0.0.1:9000/transport"               any URL that takes the event by POST
      //   "./transport.js#main_handler"                   a module, with the name of its export
      //   "scf:ap-guangzhou/default/transport"            a function in Tencent Cloud's SCF
      //   "lambda:eu-central-1/transport"                 a function in AWS Lambda
      // Only transport has to be there.
      "register": "http://127.0.0.1:9000/register",
      "transport": "http://127.0.0.1:9000/transport",
      "cleanup": "http://127.0.0.1:9000/cleanup",
      // What published functions read of the handshake besides what the document names.
      "registerGets": ["headers", "queryString"],
      // A client may listen and say nothing.
      "firstFrameSeconds": 0,
      "maxFrameBytes": 65536,
      "rateLimit": { "framesPerSecond": 20, "burst": 60 }
    }
  ],

  // HTTP functions: { "path": "/user/{id}", "methods": ["GET"], "target": "http://127.0.0.1:9000/user" }
  "routes": [],

  // Pages of other origins that may connect: "https://chat.example", "capacitor://localhost", or "*" for all.
  "origins": [],

  // Secrets come from the environment: SIGNING_SECRET signs every call of a URL, SEND_BACK_SECRET is asked of pushes.
  // In any text here \${env:NAME} stands for a variable.

  // Where functions push. Off this machine ("sendBackHost": "0.0.0.0") SEND_BACK_SECRET is required.
  "sendBackPort": 9001
}
`;
}
