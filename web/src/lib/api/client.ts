/**
 * Requests to the server that this page came from. Nothing else here knows `fetch`, or what it cannot do.
 *
 * Addresses are relative to the page, so that it works below any path.
 */

export const API = 'api/minerva/v1';

/** What the server refused or failed at, in its own words: `code` and `param` are stable, `facts` are its figures. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly param: string | null = null,
		readonly facts: Readonly<Record<string, unknown>> = {},
		readonly requestId: string | null = null
	) {
		super(message);
		this.name = 'ApiError';
	}
}

/** No answer: the server is not running, or the network between is not there. */
export class OfflineError extends Error {
	constructor(cause: unknown) {
		super('The server does not answer.', { cause });
		this.name = 'OfflineError';
	}
}

export interface CallOptions {
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Parameters of the address; `undefined` and `null` are left out. */
	query?: Record<string, string | number | boolean | null | undefined>;
	/** Sent as JSON. */
	body?: unknown;
	/** Sent as it is, with its own type, in place of `body`. */
	raw?: Blob;
	/** Of the state that a change is meant for: a revision's number, or an ETag as it came. */
	ifMatch?: number | string;
	headers?: Record<string, string>;
	signal?: AbortSignal;
}

/** What the page asks for first, before its own code is there. */
export interface Early {
	url: string;
	answer: Promise<Response>;
}

/** So long after the page began the early answer is still news. */
const EARLY_MS = 10_000;

let apiKey: string | null = null;

/** Sets the key that each request carries from now on; a server without keys needs none. */
export function useApiKey(key: string | null): void {
	apiKey = key;
}

/** What came of a request, as far as it concerns the whole page. */
export type Outcome = 'answered' | 'offline' | 'unauthorized';

let watch: (outcome: Outcome) => void = () => {};

/** Tells `watcher` of each request from now on whether the server was there, and whether it wants a key. */
export function watchOutcomes(watcher: (outcome: Outcome) => void): void {
	watch = watcher;
}

/** Returns the address of a path of the server, with its query. */
export function address(path: string, query: CallOptions['query'] = {}): string {
	const url = new URL(path, document.baseURI);
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
	}
	return url.href;
}

/** Returns the server's answer, whose body is not read yet. Throws `ApiError`, `OfflineError`, or what `signal` says. */
export async function send(path: string, options: CallOptions = {}): Promise<Response> {
	let response: Response;
	try {
		response = await fetched(address(path, options.query), options);
	} catch (error) {
		const problem = asOffline(error);
		if (problem instanceof OfflineError) watch('offline');
		throw problem;
	}
	return checked(response);
}

/**
 * Sends `options.raw` and returns the JSON of the answer. `onprogress` is told which part of it has left, from 0 to 1,
 * of which `fetch` tells nothing. Throws as `send` does.
 */
export async function upload<T>(
	path: string,
	options: CallOptions,
	onprogress: (part: number) => void
): Promise<T> {
	return jsonOf<T>(await checked(await sendFile(path, options, onprogress)), path);
}

/** Asks, unless it was asked before the code of the page was there. */
function fetched(url: string, options: CallOptions): Promise<Response> {
	const early = (options.method ?? 'GET') === 'GET' ? takeEarly(url) : null;
	if (early) return early;
	return fetch(url, {
		method: options.method ?? 'GET',
		headers: headersOf(options),
		body: options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
		signal: options.signal,
		cache: 'no-store'
	});
}

/** Returns the answer that `static/early.js` has asked for, once, and while it is new: a page may be looked at later. */
function takeEarly(url: string): Promise<Response> | null {
	const early = globalThis.minervaEarly;
	if (early?.url !== url) return null;
	globalThis.minervaEarly = undefined;
	return performance.now() < EARLY_MS ? early.answer : null;
}

/** Returns the JSON of the answer. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
	return (await tagged<T>(path, options)).value;
}

/** Returns the JSON of the answer, and its ETag for `ifMatch`. */
export async function tagged<T>(path: string, options: CallOptions = {}): Promise<{ value: T; etag: string | null }> {
	const response = await send(path, options);
	return { value: await jsonOf<T>(response, path), etag: response.headers.get('etag') };
}

/** Returns `value` as one part of a path. */
export function part(value: string): string {
	return encodeURIComponent(value);
}

/** Returns `name` as a path's end: what may have slashes itself, as names of models and presets have. */
export function parts(name: string): string {
	return name.split('/').map(encodeURIComponent).join('/');
}

/** Returns `response` if it is an answer and no refusal, and lets the page know that the server is there. */
async function checked(response: Response): Promise<Response> {
	watch(response.status === 401 ? 'unauthorized' : 'answered');
	if (!response.ok) throw await errorOf(response);
	return response;
}

async function jsonOf<T>(response: Response, path: string): Promise<T> {
	try {
		return (await response.json()) as T;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw asOffline(error);
		throw new ApiError(response.status, 'not_json', `The server's answer to ${path} is no JSON.`);
	}
}

function sendFile(path: string, options: CallOptions, onprogress: (part: number) => void): Promise<Response> {
	const { signal } = options;
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open(options.method ?? 'POST', address(path, options.query));
		headersOf(options).forEach((value, name) => request.setRequestHeader(name, value));
		request.upload.onprogress = (event) => {
			if (event.lengthComputable && event.total > 0) onprogress(event.loaded / event.total);
		};
		const abort = () => request.abort();
		request.onload = () => {
			const requestId = request.getResponseHeader('x-request-id');
			const headers = requestId === null ? undefined : { 'x-request-id': requestId };
			resolve(new Response(request.responseText, { status: request.status, headers }));
		};
		request.onerror = () => {
			watch('offline');
			reject(new OfflineError(request.statusText));
		};
		request.onabort = () => reject(signal?.reason ?? new DOMException('It was aborted.', 'AbortError'));
		request.onloadend = () => signal?.removeEventListener('abort', abort);
		signal?.throwIfAborted();
		signal?.addEventListener('abort', abort);
		request.send(options.raw);
	});
}

function headersOf(options: CallOptions): Headers {
	const headers = new Headers(options.headers);
	if (apiKey) headers.set('Authorization', `Bearer ${apiKey}`);
	if (options.body !== undefined) headers.set('Content-Type', 'application/json');
	if (options.raw) headers.set('Content-Type', options.raw.type || 'application/octet-stream');
	if (options.ifMatch !== undefined) {
		headers.set('If-Match', typeof options.ifMatch === 'number' ? `"${options.ifMatch}"` : options.ifMatch);
	}
	return headers;
}

/** `fetch` and the streams it gives end in a TypeError when there is no connection. */
function asOffline(error: unknown): unknown {
	return error instanceof TypeError ? new OfflineError(error) : error;
}

async function errorOf(response: Response): Promise<ApiError> {
	const body: unknown = await response.json().catch(() => null);
	const error = asApiError(body, response.status, response.headers.get('x-request-id'));
	const retryAfter = Number(response.headers.get('retry-after'));
	if (!(retryAfter > 0) || 'retry_after_s' in error.facts) return error;
	const facts = { ...error.facts, retry_after_s: retryAfter };
	return new ApiError(error.status, error.code, error.message, error.param, facts, error.requestId);
}

/** Returns the error of a body as this API shapes it, `{"error": {...}}`, or of one that is something else. */
export function asApiError(body: unknown, status: number, requestId: string | null = null): ApiError {
	const said = isRecord(body) && isRecord(body.error) ? body.error : {};
	const { code, message, param, type: _type, ...facts } = said;
	return new ApiError(
		status,
		typeof code === 'string' ? code : 'http_error',
		typeof message === 'string' ? message : `The server answered ${status}.`,
		typeof param === 'string' ? param : null,
		facts,
		requestId
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
