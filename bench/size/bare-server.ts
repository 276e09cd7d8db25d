import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes what it is sent, and does nothing with it: no server answers sooner. Ends with whoever started it. */
const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(202).end());
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.once('disconnect', () => process.exit(0));
