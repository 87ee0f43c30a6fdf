// All four scenarios at once, with a quarter of the users each.
import chat from './stream.js';
import http from './http.js';
import ping from './grpc.js';
import socket from './ws.js';
import { options as of } from './common.js';

export { chat, http, ping, socket };
export const options = of('mixed', ['http', 'ping', 'chat', 'socket']);
