import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Passes the body on, no faster than the client reads; `done` tells whether it came to its end. */
export function passBody(answer: IncomingMessage, response: ServerResponse, done: (whole: boolean) => void): void {
  let begun = false;
  // The head of a stream must not wait for its first event; that of others goes out together with the body.
  if (answer.headers['content-length'] === undefined) {
    setImmediate(() => {
      if (!begun && !response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  }
  answer.on('data', (chunk: Buffer) => {
    begun = true;
    if (response.write(chunk)) return;
    answer.pause();
    response.once('drain', () => answer.resume());
  });
  answer.on('end', () => {
    response.end();
    done(true);
  });
  answer.on('error', () => undefined);
  answer.on('close', () => {
    if (!answer.complete) done(false);
  });
}

/** An upgrade that was not taken is answered like any other request, on the connection that node:http let go. */
export function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.detachSocket(socket);
    socket.end();
  });
  return response;
}
