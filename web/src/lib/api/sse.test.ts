import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from './client';
import { EventParser, follow, type Connection, type Following } from './sse';

describe('the parser', () => {
	const STREAM =
		': keep-alive\n\nid: 1\nevent: text\ndata: {"a":\ndata: 1}\n\r\nid: 2\rdata:two\r\r' +
		'event: empty\n\nretry: 5\nid\ndata\n\nid: 3\nevent:message\r\ndata: ä😀\r\n\r\nid: 4\ndata: unfinished\n';
	const EVENTS = [
		{ type: 'text', data: '{"a":\n1}', id: '1' },
		{ type: 'message', data: 'two', id: '2' },
		{ type: 'message', data: '', id: '' },
		{ type: 'message', data: 'ä😀', id: '3' }
	];

	test('reads a stream at once', () => {
		expect(new EventParser().feed(STREAM)).toEqual(EVENTS);
	});

	test('reads it wherever it is cut', () => {
		for (let at = 0; at <= STREAM.length; at += 1) {
			const parser = new EventParser();
			expect([...parser.feed(STREAM.slice(0, at)), ...parser.feed(STREAM.slice(at))]).toEqual(EVENTS);
		}
		const parser = new EventParser();
		expect(Array.from(STREAM, (character) => parser.feed(character)).flat()).toEqual(EVENTS);
	});

	test('knows the id from before, and takes none with a NUL', () => {
		expect(new EventParser('9').feed('id: a\0b\ndata: x\n\n')).toEqual([{ type: 'message', data: 'x', id: '9' }]);
	});
});

interface Said {
	n: number;
}

describe('following', () => {
	const fetching = vi.fn<typeof fetch>();
	const event = (n: number) => `id: ${n}\nevent: text\ndata: {"n":${n}}\n\n`;
	const stream = (...chunks: (string | Error)[]) =>
		new Response(
			new ReadableStream<Uint8Array>({
				pull(controller) {
					const chunk = chunks.shift();
					if (chunk === undefined) controller.close();
					else if (chunk instanceof Error) controller.error(chunk);
					else controller.enqueue(new TextEncoder().encode(chunk));
				}
			})
		);
	const lastIds = () => fetching.mock.calls.map(([, init]) => new Headers(init?.headers).get('last-event-id'));

	function listen(over: Partial<Following<Said>> = {}) {
		const heard: number[] = [];
		const connections: Connection[] = [];
		const pauses: number[] = [];
		const end = new AbortController();
		const done = follow<Said>('api/events', {
			onEvent: ({ n }) => {
				heard.push(n);
				if (n === 3) end.abort();
			},
			onConnection: (connection) => connections.push(connection),
			signal: end.signal,
			pause: (ms) => {
				pauses.push(ms);
				return Promise.resolve();
			},
			...over
		});
		return { heard, connections, pauses, end, done };
	}

	beforeEach(() => {
		fetching.mockReset();
		vi.stubGlobal('fetch', fetching);
	});
	afterEach(() => vi.unstubAllGlobals());

	test('ends with the last event', async () => {
		fetching.mockResolvedValueOnce(stream(event(1), event(2) + event(3)));
		const { heard, connections, done } = listen();
		await done;
		expect(heard).toEqual([1, 2, 3]);
		expect(connections).toEqual(['live']);
	});

	test('a letter that is cut in two arrives whole', async () => {
		const bytes = new TextEncoder().encode('data: {"n":3,"t":"😀"}\n\n');
		const body = new ReadableStream<Uint8Array>({
			start(controller) {
				for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
				controller.close();
			}
		});
		fetching.mockResolvedValueOnce(new Response(body));
		const seen: unknown[] = [];
		const listening = listen({
			onEvent: (said) => {
				seen.push(said);
				listening.end.abort();
			}
		});
		await listening.done;
		expect(seen).toEqual([{ n: 3, t: '😀' }]);
	});

	test('resumes behind what was heard, and says when nobody is there', async () => {
		fetching
			.mockResolvedValueOnce(stream(event(1), 'id: 2\ndata: {"n', new TypeError('broken')))
			.mockRejectedValueOnce(new TypeError('refused'))
			.mockResolvedValueOnce(new Response('{}', { status: 503 }))
			.mockResolvedValueOnce(stream(event(2)))
			.mockResolvedValueOnce(stream(event(3)));
		const { heard, connections, pauses, done } = listen();
		await done;
		expect(heard).toEqual([1, 2, 3]);
		expect(lastIds()).toEqual([null, '1', '1', '1', '2']);
		expect(connections).toEqual(['live', 'offline', 'offline', 'offline', 'live', 'live']);
		expect(pauses).toEqual([300, 600, 1200, 300]);
	});

	test('begins behind what was seen elsewhere', async () => {
		fetching.mockResolvedValueOnce(stream(event(3)));
		await listen({ lastId: '2' }).done;
		expect(lastIds()).toEqual(['2']);
	});

	test('pauses begin anew behind a connection that told something, if only without numbers', async () => {
		const unnumbered = () => stream('data: {"n": 1}\n\n');
		fetching
			.mockRejectedValueOnce(new TypeError('refused'))
			.mockResolvedValueOnce(unnumbered())
			.mockResolvedValueOnce(unnumbered())
			.mockResolvedValueOnce(stream(event(3)));
		const { pauses, done } = listen();
		await done;
		expect(pauses).toEqual([300, 300, 300]);
	});

	test('pauses grow to an end', async () => {
		fetching.mockRejectedValue(new TypeError('refused'));
		const { pauses, end, done } = listen({
			pause: (ms) => {
				pauses.push(ms);
				if (pauses.length === 7) end.abort();
				return Promise.resolve();
			}
		});
		await done;
		expect(pauses).toEqual([300, 600, 1200, 2400, 4800, 8000, 8000]);
	});

	test('what the server refuses is thrown', async () => {
		fetching.mockResolvedValueOnce(new Response('{"error":{"code":"message_not_found","message":"No."}}', { status: 404 }));
		await expect(listen().done).rejects.toMatchObject({ code: 'message_not_found' });
	});

	test('an error in the stream is thrown', async () => {
		fetching.mockResolvedValueOnce(stream('event: error\ndata: {"error":{"code":"storage_failed","message":"Full."}}\n\n'));
		const error = await listen().done.catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(ApiError);
		expect(error).toMatchObject({ code: 'storage_failed', message: 'Full.' });
	});

	test('a mistake of who listens is thrown, not waited out', async () => {
		fetching.mockResolvedValueOnce(stream(event(1)));
		const mistake = new TypeError('undefined has no such thing');
		const onEvent = () => {
			throw mistake;
		};
		await expect(listen({ onEvent }).done).rejects.toBe(mistake);
	});

	test('an abort ends it in silence', async () => {
		fetching.mockImplementation((_url, init) =>
			Promise.resolve(
				new Response(
					new ReadableStream<Uint8Array>({
						start(controller) {
							controller.enqueue(new TextEncoder().encode(event(1)));
							init?.signal?.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
						}
					})
				)
			)
		);
		const { heard, end, done } = listen();
		await vi.waitFor(() => expect(heard).toEqual([1]));
		end.abort();
		await done;
		expect(fetching).toHaveBeenCalledOnce();
	});

	test('a long silence counts as no connection', async () => {
		vi.useFakeTimers();
		try {
			fetching.mockResolvedValueOnce(new Response(new ReadableStream())).mockResolvedValueOnce(stream(event(3)));
			const { connections, done } = listen();
			await vi.advanceTimersByTimeAsync(46_000);
			await done;
			expect(connections).toEqual(['live', 'offline', 'live']);
		} finally {
			vi.useRealTimers();
		}
	});
});
