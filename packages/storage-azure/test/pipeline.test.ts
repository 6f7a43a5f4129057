import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { type PipelinePolicy, type Sender, serviceWith } from '../src/pipeline.ts';
import { azureError } from './scripted.ts';

describe('serviceWith', () => {
  it('has each client that comes of it take the steps in their order, once for each request, when all headers are set', async () => {
    const server = await startScriptedServer();
    server.respond(() => ({ status: 202, headers: { 'x-answer': 'yes' } }));
    const seen: string[] = [];
    const step = (name: string): PipelinePolicy => ({
      name,
      sendRequest: async (request, next) => {
        seen.push(`${name}: ${request.method} ${request.headers.get('x-ms-delete-snapshots')}`);
        request.url += `${request.url.includes('?') ? '&' : '?'}${name}=1`;
        const answer = await next();
        seen.push(`${name}: ${answer.status}`);
        return answer;
      },
    });
    const container = serviceWith(`${server.url}/x`, {}, [step('one'), step('two')]).getContainerClient('grids');
    for (const blob of [container.getBlobClient('a'), container.getBlockBlobClient('b')])
      await blob.delete({ deleteSnapshots: 'include' });
    const ofOne = ['one: DELETE include', 'two: DELETE include', 'two: 202', 'one: 202'];
    expect(seen).toEqual([...ofOne, ...ofOne]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/x/grids/a?one=1&two=1', '/x/grids/b?one=1&two=1']);
    await server.close();
  });

  it('sends a request of ours as it sends its own: with the same steps, the same name and the same version', async () => {
    const server = await startScriptedServer();
    server.respond(() => ({ status: 202 }));
    const step: PipelinePolicy = {
      name: 'step',
      sendRequest: (request, next) => {
        request.url += '?step=1';
        return next();
      },
    };
    const service = serviceWith(server.url, { userAgentOptions: { userAgentPrefix: 'ours' } }, [step]);
    await service.getContainerClient('grids').getBlobClient('a').delete();
    const { version, send } = service.sender() as Sender;
    const headers = createHttpHeaders({ accept: 'application/xml', 'x-ms-version': version });
    const url = `${server.url}/grids/a`;
    const request = createPipelineRequest({ url, method: 'DELETE', headers, allowInsecureConnection: true });
    expect(await send(request)).toMatchObject({ status: 202 });
    const [sdk, own] = server.requests.map(({ connection: _, ...sent }) => {
      return { ...sent, headers: { ...sent.headers, 'x-ms-client-request-id': 'one' } };
    });
    expect(own).toEqual(sdk);
    expect(server.requests[1]?.headers['user-agent']).toMatch(/^ours azsdk-js-azure-storage-blob/);
    const ids = server.requests.map(({ headers }) => headers['x-ms-client-request-id']);
    expect(new Set(ids).size).toBe(2);
    await server.close();
  });

  it('reads the words of a refusal, and follows no redirect, and throws for neither', async () => {
    const server = await startScriptedServer();
    const { send } = serviceWith(server.url, {}, []).sender() as Sender;
    const request = (): ReturnType<typeof createPipelineRequest> =>
      createPipelineRequest({ url: `${server.url}/grids/a`, allowInsecureConnection: true });
    server.next(azureError(409, 'LeaseIdMissing'), { status: 307, headers: { location: '/elsewhere' } });
    expect(await send(request())).toMatchObject({ status: 409, parsedBody: { Code: 'LeaseIdMissing' } });
    expect(await send(request())).toMatchObject({ status: 307 });
    await server.close();
  });
});
