import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { type PipelinePolicy, serviceWith } from '../src/pipeline.ts';

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
});
