/**
 * Streams of events (WHATWG HTML, 9.2) over `fetch`, which unlike EventSource can send a key and be told to end.
 */

import { ApiError, asApiError, OfflineError, send } from './client';

export interface ServerEvent {
	type: string;
	data: string;
	/** The last id that was told, of this event or one before. */
	id: string;
}

/** Makes events of a stream's text, wherever that is cut. */
export class EventParser {
	#rest = '';
	#type = '';
	#data: string[] = [];
	#id: string;

	constructor(lastId = '') {
		this.#id = lastId;
	}

	/** Returns the events that end in `chunk`. */
	feed(chunk: string): ServerEvent[] {
		let text = this.#rest + chunk;
		// A CR at the end may be half of a line's end.
		const held = text.endsWith('\r') ? '\r' : '';
		if (held) text = text.slice(0, -1);
		const lines = text.split(/\r\n|\r|\n/);
		this.#rest = (lines.pop() ?? '') + held;
		return lines.flatMap((line) => this.#line(line) ?? []);
	}

	#line(line: string): ServerEvent | null {
		if (line === '') return this.#dispatch();
		const colon = line.indexOf(':');
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (field === 'event') this.#type = value;
		else if (field === 'data') this.#data.push(value);
		else if (field === 'id' && !value.includes('\0')) this.#id = value;
		return null;
	}

	#dispatch(): ServerEvent | null {
		const event = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
		const isEvent = this.#data.length > 0;
		this.#type = '';
		this.#data = [];
		return isEvent ? event : null;
	}
}

export type Connection = 'live' | 'offline';

export interface Following<T> {
	onEvent: (event: T) => void;
	/** Told when the connection is there, and when it is lost; it is then tried again and again. */
	onConnection?: (connection: Connection) => void;
	signal: AbortSignal;
	/** What was seen already. */
	lastId?: string;
	/** Waits before the next attempt; tests give their own. */
	pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 8000;
/** The server breaks a silence after ten seconds; so long a one means that nobody is there any more. */
const SILENCE_MS = 45_000;

/**
 * Follows a stream and resumes it after the last event that was seen, until `signal` is aborted.
 *
 * Throws `ApiError` if the server refuses; what may pass (no connection, a server that starts or stops) it waits out.
 */
export async function follow<T>(path: string, following: Following<T>): Promise<void> {
	const { signal, onConnection, pause = waitForNetwork } = following;
	const state = { lastId: following.lastId ?? '', heard: false };
	for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
		state.heard = false;
		try {
			await readOnce(path, following, state);
		} catch (error) {
			if (signal.aborted) return;
			if (!mayPass(error)) throw error;
			onConnection?.('offline');
		}
		if (signal.aborted) return;
		if (state.heard) pauseMs = FIRST_PAUSE_MS;
		await pause(pauseMs, signal);
	}
}

interface State {
	lastId: string;
	/** Whether this connection told anything: then the server is well, and soon there again. */
	heard: boolean;
}

/** Reads one connection to its end. */
async function readOnce<T>(path: string, following: Following<T>, state: State): Promise<void> {
	const silence = new AbortController();
	const headers: Record<string, string> = { Accept: 'text/event-stream' };
	if (state.lastId) headers['Last-Event-ID'] = state.lastId;
	const response = await send(path, { headers, signal: AbortSignal.any([following.signal, silence.signal]) });
	following.onConnection?.('live');
	if (!response.body) return;
	const reader = response.body.getReader();
	const decoder = new TextDecoder();
	const parser = new EventParser(state.lastId);
	try {
		for (;;) {
			const { done, value } = await unlessSilent(reader.read(), silence);
			if (done) return;
			for (const event of parser.feed(decoder.decode(value, { stream: true }))) {
				if (following.signal.aborted) return;
				deliver(event, following);
				state.lastId = event.id;
				state.heard = true;
			}
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** Hands an event on. */
function deliver<T>(event: ServerEvent, following: Following<T>): void {
	const data: unknown = JSON.parse(event.data);
	if (event.type === 'error') throw asApiError(data, 200);
	following.onEvent(data as T);
}

/** Returns what was read. Throws `OfflineError` if the connection breaks, or nothing comes for too long. */
async function unlessSilent<R>(reading: Promise<R>, silence: AbortController): Promise<R> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const silent = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => {
			const error = new OfflineError('silence');
			silence.abort(error);
			reject(error);
		}, SILENCE_MS);
	});
	try {
		return await Promise.race([reading, silent]);
	} catch (error) {
		// A stream that breaks off ends in a TypeError. One from elsewhere is a mistake of ours, and is not waited out.
		throw error instanceof TypeError ? new OfflineError(error) : error;
	} finally {
		clearTimeout(timer);
	}
}

function mayPass(error: unknown): boolean {
	if (error instanceof ApiError) return error.status >= 500 || error.status === 408 || error.status === 429;
	return error instanceof OfflineError;
}

/** Waits so long, or until the network is back. */
function waitForNetwork(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			window.removeEventListener('online', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener('abort', done);
		window.addEventListener('online', done);
	});
}
