import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { address, ApiError, call, OfflineError, parts, send, tagged, useApiKey, watchOutcomes } from './client';
import { updateSession } from './sessions';
import { fileName } from './transfer';

const fetching = vi.fn<typeof fetch>();
const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const sent = () => {
	const [url, init] = fetching.mock.lastCall ?? [];
	return { url: new URL(String(url)), init: init ?? {}, headers: new Headers(init?.headers) };
};

beforeEach(() => {
	fetching.mockReset();
	vi.stubGlobal('fetch', fetching);
});
afterEach(() => {
	useApiKey(null);
	watchOutcomes(() => undefined);
	vi.unstubAllGlobals();
});

test('addresses are relative to the page, and leave out what is not said', () => {
	expect(address('api/x', { a: 1, b: undefined, c: null, d: 'ä&=', e: false })).toBe(
		`${document.baseURI}api/x?a=1&d=%C3%A4%26%3D&e=false`
	);
	expect(parts('org/model name:7b')).toBe('org/model%20name%3A7b');
});

test('JSON goes out and comes in, with key and revision', async () => {
	useApiKey('secret');
	fetching.mockResolvedValue(json({ id: 'ses_1' }, { headers: { ETag: '"4"' } }));
	expect(await tagged('api/x', { method: 'PUT', body: { a: 1 }, ifMatch: 3 })).toEqual({
		value: { id: 'ses_1' },
		etag: '"4"'
	});
	expect(sent().init.method).toBe('PUT');
	expect(sent().init.body).toBe('{"a":1}');
	expect(sent().headers.get('content-type')).toBe('application/json');
	expect(sent().headers.get('if-match')).toBe('"3"');
	expect(sent().headers.get('authorization')).toBe('Bearer secret');
});

test('a change names the revision that was seen, and sends the rest', async () => {
	fetching.mockImplementation(() => Promise.resolve(json({})));
	await updateSession('ses_1', { title: 'a', revision: 7 });
	expect(sent().init.body).toBe('{"title":"a"}');
	expect(sent().headers.get('if-match')).toBe('"7"');
	await updateSession('ses_1', { pinned: true });
	expect(sent().headers.has('if-match')).toBe(false);
});

test('an error has what the server says of it', async () => {
	const body = { error: { message: 'No.', type: 't', code: 'context_length_exceeded', param: 'a.b', maximum: 5 } };
	fetching.mockResolvedValue(json(body, { status: 400, headers: { 'X-Request-Id': 'r1' } }));
	const error = await call('api/x').catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(ApiError);
	expect(error).toMatchObject({
		status: 400, code: 'context_length_exceeded', message: 'No.', param: 'a.b', facts: { maximum: 5 }, requestId: 'r1'
	});
});

test.each([
	['', 'http_error'],
	['<html>', 'http_error'],
	['{"error":"text"}', 'http_error'],
	['{"error":{"code":7,"message":null}}', 'http_error'],
	['[]', 'http_error']
])('a body that is no error of ours, %j, is one all the same', async (body, code) => {
	fetching.mockResolvedValue(new Response(body, { status: 503, headers: { 'Retry-After': '5' } }));
	await expect(call('api/x')).rejects.toMatchObject({ status: 503, code, facts: { retry_after_s: 5 } });
});

test('no connection, no JSON, and an abort are told apart', async () => {
	fetching.mockRejectedValueOnce(new TypeError('failed'));
	await expect(send('api/x')).rejects.toBeInstanceOf(OfflineError);
	fetching.mockResolvedValueOnce(new Response('<html>'));
	await expect(call('api/x')).rejects.toMatchObject({ code: 'not_json' });
	fetching.mockRejectedValueOnce(new DOMException('aborted', 'AbortError'));
	await expect(send('api/x')).rejects.toMatchObject({ name: 'AbortError' });
});

test('what was asked for early is taken once, while it is new, and is watched as all is', async () => {
	const early = (answer: Promise<Response>) => ({ url: address('api/x', { last: 2 }), answer });
	const ask = () => call('api/x', { query: { last: 2 } });
	const now = vi.spyOn(performance, 'now').mockReturnValue(500);
	const seen = vi.fn();
	watchOutcomes(seen);
	fetching.mockImplementation(() => Promise.resolve(json('asked')));
	globalThis.minervaEarly = early(Promise.resolve(json('early')));
	expect(await call('api/x')).toBe('asked');
	expect(await ask()).toBe('early');
	expect(await ask()).toBe('asked');
	globalThis.minervaEarly = early(Promise.reject(new TypeError('failed')));
	await expect(ask()).rejects.toBeInstanceOf(OfflineError);
	expect(seen.mock.calls.flat()).toEqual(['answered', 'answered', 'answered', 'offline']);
	now.mockReturnValue(60_000);
	globalThis.minervaEarly = early(Promise.resolve(json('old')));
	expect(await ask()).toBe('asked');
});

test('whoever watches learns whether the server is there and lets us in', async () => {
	const seen = vi.fn();
	watchOutcomes(seen);
	fetching.mockResolvedValueOnce(json({})).mockResolvedValueOnce(json({}, { status: 401 })).mockRejectedValueOnce(new TypeError());
	await send('a');
	await send('a').catch(() => undefined);
	await send('a').catch(() => undefined);
	expect(seen.mock.calls.flat()).toEqual(['answered', 'unauthorized', 'offline']);
});

test.each([
	['attachment; filename="a \\"b\\".md"', 'a "b".md'],
	[`attachment; filename="x.md"; filename*=UTF-8''gr%C3%B6%C3%9Fe.md`, 'größe.md'],
	[`attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd`, 'passwd'],
	[`attachment; filename*=UTF-8''%FF`, null],
	['attachment', null],
	[null, null]
])('the file name of %j is %j', (header, name) => {
	expect(fileName(header)).toBe(name);
});
