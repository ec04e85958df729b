// Calls Echo.Say at the target given as argument, once for each line on stdin, and prints one line for each answer:
// "ok SERVER TEXT" or "error CODE DETAILS". GRPC_XDS_BOOTSTRAP names the bootstrap file.
'use strict';

const path = require('path');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

require('@grpc/grpc-js-xds').register();

const definition = loader.loadSync(path.join(__dirname, 'echo.proto'));
const { Echo } = grpc.loadPackageDefinition(definition).mesh.test;
const client = new Echo(process.argv[2], grpc.credentials.createInsecure());

readline.createInterface({ input: process.stdin }).on('line', text => {
  client.say({ text }, { deadline: Date.now() + 30000 }, (error, reply) => {
    console.log(error ? `error ${error.code} ${error.details}` : `ok ${reply.server} ${reply.text}`);
  });
}).on('close', () => process.exit(0));
