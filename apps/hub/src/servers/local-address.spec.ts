import { expect, test } from 'vitest';
import { localAddress } from './local-address.js';

test.each([
  ['http://127.0.0.1:4000/user/ann/', [22, 4000], { proto: 'http', ip: '127.0.0.1', port: 4000 }],
  ['http://[::1]:4000/', [4000], { proto: 'http', ip: '::1', port: 4000 }],
  ['http://127.0.0.1:4000/', [4001], undefined],
  ['http://127.0.0.1:4000/', [], undefined],
  ['http://203.0.113.7:4000/', [4000], undefined],
  ['http://metadata.internal:80/', [80], undefined],
  ['file:///etc/passwd', [0], undefined],
  ['', [4000], undefined],
])('%s, listening on %j', (url, ports, address) => expect(localAddress(url, ports)).toEqual(address));
