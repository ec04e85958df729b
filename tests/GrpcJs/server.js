// Serves Calls: node server.js PORT NAME. Metadata of a call says what is to become of it: `want-status` a status, `want-silence` no answer.
'use strict';

const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { Calls } = grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, 'calls.proto'))).mesh.test;
const [port, name] = process.argv.slice(2);
const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });

server.addService(Calls.service, {
  unary(call, done) {
    const head = new grpc.Metadata();
    for (const value of call.metadata.get('x-text')) head.add('x-text', value);
    for (const value of call.metadata.get('x-bytes-bin')) head.add('x-bytes-bin', value);
    call.sendMetadata(head);
    const trailers = new grpc.Metadata();
    trailers.set('x-trailer', 'the end');
    const status = Number(call.metadata.get('want-status')[0] || 0);
    if (call.metadata.get('want-silence').length > 0) return;
    if (status > 0) done({ code: status, details: 'as asked: 100 % ü', metadata: trailers });
    else done(null, { text: call.request.text, data: call.request.data, server: name }, trailers);
  },
  collect(call, done) {
    let count = 0;
    call.on('data', () => count++);
    call.on('end', () => done(null, { text: `${count}`, server: name }));
  },
  repeat(call) {
    for (let i = 0; i < 100; i++) call.write({ text: `${i}`, server: name });
    call.end();
  },
  chat(call) {
    call.on('data', message => call.write({ text: message.text, server: name }));
    call.on('end', () => call.end());
  },
});

server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), error => {
  if (error) throw error;
  console.log('ready');
});
