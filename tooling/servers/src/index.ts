export type { ScriptedAnswer } from './scripted-answer.ts';
export {
  type RecordedConnection,
  type RecordedRequest,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from './scripted-server.ts';
