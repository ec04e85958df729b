// Calls the service by way of a sidecar: node client.js SIDECAR AUTHORITY CASE. Prints what came of it, one line.
'use strict';

const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { Calls } = grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, 'calls.proto'))).mesh.test;
const [sidecar, authority, name] = process.argv.slice(2);
const client = new Calls(sidecar, grpc.credentials.createInsecure(), {
  'grpc.default_authority': authority, 'grpc.enable_http_proxy': 0, 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1,
});
const within = seconds => ({ deadline: Date.now() + seconds * 1000 });

// The answer, or the error in its place, with head and trailers.
const unary = (message, metadata = new grpc.Metadata(), options = within(60)) => new Promise(resolve => {
  const result = {};
  const call = client.unary(message, metadata, options, (error, reply) => Object.assign(result, { error, reply }));
  call.on('metadata', head => { result.head = head; });
  call.on('status', status => resolve(Object.assign(result, { status })));
});

const cases = {
  async unary() {
    const { status, reply } = await unary({ text: 'hello' });
    return `${status.code} ${reply.text}`;
  },
  collect: () => new Promise(resolve => {
    const call = client.collect(new grpc.Metadata(), within(60), (error, reply) => resolve(error ? `error ${error.code}` : reply.text));
    for (let i = 0; i < 250; i++) call.write({ text: `${i}` });
    call.end();
  }),
  repeat: () => new Promise(resolve => {
    const seen = [];
    const call = client.repeat({}, new grpc.Metadata(), within(60));
    call.on('data', message => seen.push(message.text));
    call.on('error', () => {});
    call.on('status', status => resolve(`${status.code} ${seen.length} ${seen.every((text, i) => text === `${i}`)}`));
  }),
  // Each message is answered before the next is sent.
  chat: () => new Promise(resolve => {
    let count = 0;
    const call = client.chat(new grpc.Metadata(), within(60));
    call.on('data', message => {
      if (message.text !== `${count}`) call.cancel();
      else if (++count === 100) call.end();
      else call.write({ text: `${count}` });
    });
    call.on('error', () => {});
    call.on('status', status => resolve(`${status.code} ${count}`));
    call.write({ text: '0' });
  }),
  async deadline() {
    const metadata = new grpc.Metadata();
    metadata.set('want-silence', 'yes');
    const { status } = await unary({}, metadata, within(2));
    return `${status.code}`;
  },
  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-text', 'plain text');
    metadata.set('x-bytes-bin', Buffer.from([0, 1, 254, 255]));
    const { head, status } = await unary({}, metadata);
    return `${head.get('x-text')} ${head.get('x-bytes-bin')[0].toString('hex')} ${status.metadata.get('x-trailer')}`;
  },
  async statuses() {
    const wrong = [];
    for (let code = 1; code <= 16; code++) {
      const metadata = new grpc.Metadata();
      metadata.set('want-status', `${code}`);
      const { status } = await unary({}, metadata);
      if (status.code !== code || status.details !== 'as asked: 100 % ü' || status.metadata.get('x-trailer')[0] !== 'the end') wrong.push(`${code}: ${status.code} ${status.details}`);
    }
    return wrong.length > 0 ? wrong.join(', ') : 'all';
  },
  async large() {
    const data = Buffer.alloc(20000000, 'large');
    const { status, reply } = await unary({ data });
    return `${status.code} ${data.equals(reply.data)}`;
  },
  // One connection, and each call goes where there is least to do.
  async balance() {
    const counts = {};
    for (let i = 0; i < 60; i++) {
      const { reply } = await unary({});
      counts[reply.server] = (counts[reply.server] || 0) + 1;
    }
    return `${Object.keys(counts).length} ${Object.values(counts).every(count => count >= 10)}`;
  },
  async together() {
    const results = await Promise.all(Array.from({ length: 500 }, (_, i) => unary({ text: `${i}` })));
    return `${results.filter((result, i) => result.status.code === 0 && result.reply.text === `${i}`).length}`;
  },
};

cases[name]().then(line => {
  console.log(line);
  client.close();
});
