/** The active path of a session, as events and answers change it. Pure. */

import type { StoredMessage } from '$lib/api/types';

export type Path = readonly StoredMessage[];

export function isWriting(message: StoredMessage): boolean {
	return message.status === 'streaming';
}

/** Whether the model can go on with an answer where it ended. */
export function canGoOn(message: StoredMessage): boolean {
	if (message.role !== 'assistant' || isWriting(message) || message.tool_calls.length > 0) return false;
	if (message.content === '' && message.reasoning === '') return false;
	return message.status !== 'complete' || message.finish_reason === 'length';
}

/** The ids of the calls at the end of `path` that wait for what their tool gives back: results alone stand behind them. */
export function waitingCalls(path: Path): ReadonlySet<string> {
	const end = path.findLastIndex((one) => one.role !== 'tool');
	const caller = path[end];
	if (caller?.status !== 'complete') return new Set();
	const given = new Set(path.slice(end + 1).map((one) => one.tool_call_id));
	return new Set(caller.tool_calls.map((call) => call.id).filter((id) => !given.has(id)));
}

/**
 * Returns the path with `message` in the place of what it was; a new message is chosen as it is made: the path then runs
 * through it and ends there. One that is known and on another branch, or older than what is there, changes nothing.
 */
export function withMessage(path: Path, message: StoredMessage): Path {
	const at = path.findLastIndex((one) => one.id === message.id);
	if (at >= 0) return isOlder(message, path[at]!) ? path : path.with(at, message);
	if (message.parent === (path.at(-1)?.id ?? null)) return [...path, message];
	const beside = path.findLastIndex((one) => one.parent === message.parent);
	// Those beside it that were there when it was read stand before its end.
	if (beside < 0 || message.branch.index < path[beside]!.branch.count) return path;
	return [...path.slice(0, beside), message];
}

/** Times do not tell of an answer that is being written: it is stored now and then, and told as it comes. */
function isOlder(message: StoredMessage, other: StoredMessage): boolean {
	if (isWriting(message) && isWriting(other)) return lengthOf(message) < lengthOf(other);
	return message.updated_s < other.updated_s;
}

function lengthOf({ content, reasoning, tool_calls }: StoredMessage): number {
	return tool_calls.reduce((sum, call) => sum + call.arguments.length, content.length + reasoning.length);
}

/** Returns `messages` with those in `changed` in the place of what they were. */
export function withChanged(messages: Path, changed: ReadonlyMap<string, StoredMessage>): Path {
	if (!messages.some((one) => changed.has(one.id))) return messages;
	return messages.map((one) => changed.get(one.id) ?? one);
}
