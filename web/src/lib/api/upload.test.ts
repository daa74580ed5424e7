import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, OfflineError, type Outcome, useApiKey, watchOutcomes } from './client';
import { attach } from './messages';

/** In the place of the browser's: a test says what comes of it. */
class Request {
	static last: Request;
	upload: { onprogress?: (event: object) => void } = {};
	headers = new Map<string, string>();
	status = 0;
	responseText = '';
	statusText = '';
	address = '';
	body: unknown;
	onload?: () => void;
	onerror?: () => void;
	onabort?: () => void;
	onloadend?: () => void;

	constructor() {
		Request.last = this;
	}

	open(method: string, address: string): void {
		this.address = `${method} ${address.replace(/.*\/v1\//, '')}`;
	}

	setRequestHeader(name: string, value: string): void {
		this.headers.set(name.toLowerCase(), value);
	}

	getResponseHeader(name: string): string | null {
		return name === 'x-request-id' ? 'r1' : null;
	}

	send(body: unknown): void {
		this.body = body;
	}

	abort(): void {
		this.onabort?.();
		this.onloadend?.();
	}

	answer(status: number, said: unknown): void {
		this.status = status;
		this.responseText = JSON.stringify(said);
		this.onload?.();
		this.onloadend?.();
	}
}

const file = new Blob(['words'], { type: 'text/plain' });
const outcomes: Outcome[] = [];

beforeEach(() => {
	outcomes.length = 0;
	watchOutcomes((outcome) => outcomes.push(outcome));
	useApiKey('secret');
	vi.stubGlobal('XMLHttpRequest', Request);
});
afterEach(() => {
	useApiKey(null);
	watchOutcomes(() => undefined);
	vi.unstubAllGlobals();
});

test('a file goes out as it is, and it is told how far it is', async () => {
	const parts: number[] = [];
	const sent = attach('ses_1', file, 'a b.txt', (part) => parts.push(part));
	const request = Request.last;
	request.upload.onprogress?.({ lengthComputable: true, loaded: 2, total: 5 });
	request.upload.onprogress?.({ lengthComputable: false, loaded: 3, total: 0 });
	request.upload.onprogress?.({ lengthComputable: true, loaded: 5, total: 5 });
	request.answer(200, { id: 'att_1' });
	expect(await sent).toEqual({ id: 'att_1' });
	expect(parts).toEqual([0.4, 1]);
	expect(request.address).toBe('POST sessions/ses_1/attachments?name=a+b.txt');
	expect(request.body).toBe(file);
	expect(Object.fromEntries(request.headers)).toEqual({ authorization: 'Bearer secret', 'content-type': 'text/plain' });
	expect(outcomes).toEqual(['answered']);
});

test('what is refused says why, and a server that is not there is told of', async () => {
	const refused = attach('ses_1', file, 'a', () => undefined);
	Request.last.answer(400, { error: { code: 'invalid_request', message: 'No.', param: 'name' } });
	const error = await refused.catch((one: unknown) => one);
	expect(error).toBeInstanceOf(ApiError);
	expect(error).toMatchObject({ status: 400, code: 'invalid_request', message: 'No.', param: 'name', requestId: 'r1' });
	const lost = attach('ses_1', file, 'a', () => undefined);
	Request.last.onerror?.();
	await expect(lost).rejects.toBeInstanceOf(OfflineError);
	expect(outcomes).toEqual(['answered', 'offline']);
});

test('an upload can be given up, before it begins too', async () => {
	const leaving = new AbortController();
	const sent = attach('ses_1', file, 'a', () => undefined, leaving.signal);
	leaving.abort();
	await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
	await expect(attach('ses_1', file, 'a', () => undefined, leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
	expect(Request.last.body).toBeUndefined();
	expect(outcomes).toEqual([]);
});
