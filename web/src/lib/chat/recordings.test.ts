// The very streams that the server's own tests put together (tests/recorded_turns), and what it stored of them.
import { expect, test } from 'vitest';
import type { SessionEvent, StoredMessage } from '$lib/api/types';
import { type Path, withMessage } from './path';
import { applyToMessage } from './reducer';
import { stored } from './stored.testing';

interface Recording {
	events: SessionEvent[];
	message: StoredMessage;
}

const recordings = Object.entries(
	import.meta.glob<Recording>('../../../../tests/recorded_turns/*.json', { eager: true, import: 'default' })
);

/** Some streams begin behind the question. */
function beginningOf(events: SessionEvent[], { parent }: StoredMessage): Path {
	const isTold = events.some((event) => event.type === 'message' && event.message.id === parent);
	return isTold || parent === null ? [] : [stored(parent)];
}

function applyToPath(path: Path, event: SessionEvent): Path {
	if (event.type === 'session' || event.type === 'deleted') return path;
	if (event.type === 'message') return withMessage(path, event.message);
	const message = applyToMessage(path.find((one) => one.id === event.message) ?? null, event);
	return message === null ? path : withMessage(path, message);
}

test('there are some', () => {
	expect(recordings.length).toBeGreaterThan(2);
});

test.each(recordings)('%s: replayed, the answer is what was stored', (_name, { events, message }) => {
	// Log probabilities are there only where a message is read by itself.
	const expected = { ...message, logprobs: null };
	const path = events.reduce(applyToPath, beginningOf(events, message));
	expect(path.map((one) => one.id)).toEqual([message.parent, message.id]);
	expect({ ...path.at(-1), logprobs: null }).toEqual(expected);

	// A last event has all of it; what came before must have made the same text.
	const pieces = events.filter((event) => event.type !== 'session' && event.type !== 'deleted');
	const last = pieces.findLastIndex((event) => event.type === 'message' && event.message.id === message.id);
	const mine = pieces.slice(0, last).filter((event) => (event.type === 'message' ? event.message.id : event.message) === message.id);
	const before = mine.reduce<StoredMessage | null>(applyToMessage, null);
	expect(before?.content).toBe(message.content);
	expect(before?.reasoning).toBe(message.reasoning);
	expect(before?.tool_calls).toEqual(message.tool_calls);
});
