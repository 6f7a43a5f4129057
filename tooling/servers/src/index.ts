export { type AzuriteOptions, type AzuriteServer, startAzurite } from './azurite.ts';
export { describeWithServer, type ServerOptions, type Servers } from './describe-with-server.ts';
export { type FakeGcsOptions, type FakeGcsServer, startFakeGcs } from './fake-gcs.ts';
export { type MinioOptions, type MinioServer, startMinio } from './minio.ts';
export { type NamedServer, namedServers, type StartedServer, serverNamedIn } from './named-servers.ts';
export type { RunningServer, StartOptions } from './running-server.ts';
export type { ScriptedAnswer } from './scripted-answer.ts';
export {
  type RecordedConnection,
  type RecordedRequest,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from './scripted-server.ts';
export { type ServerCommand, ServerProcess } from './server-process.ts';
export { startToxiproxy, type ToxicOptions, type ToxicProxy, type Toxics, type Toxiproxy } from './toxiproxy.ts';
export { startWatchdog, type Watchdog } from './watchdog.ts';
