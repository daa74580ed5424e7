/**
 * What the server's own API says, as `core/session.py` and its neighbours define it. Times are seconds since the epoch,
 * durations seconds, sizes bytes, texts of tokens base64. A field that is `?` is left out where it is the default.
 */

export type SessionRole = 'user' | 'assistant' | 'tool';
export type MessageStatus = 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';
export type FinishReason = 'stop' | 'length' | 'cancelled';
export type Overflow = 'error' | 'trim_history' | 'shift';

/** `null` or absent: left to the preset, the model, the server. */
export interface SamplingOptions {
	temperature?: number | null;
	top_k?: number | null;
	top_p?: number | null;
	min_p?: number | null;
	typical_p?: number | null;
	repeat_penalty?: number | null;
	repeat_last_n?: number | null;
	presence_penalty?: number | null;
	frequency_penalty?: number | null;
	dry_multiplier?: number | null;
	dry_base?: number | null;
	dry_allowed_length?: number | null;
	dry_penalty_last_n?: number | null;
	dry_sequence_breakers?: string[] | null;
	xtc_probability?: number | null;
	xtc_threshold?: number | null;
	mirostat?: number | null;
	mirostat_tau?: number | null;
	mirostat_eta?: number | null;
	logit_bias?: Record<string, number> | null;
	seed?: number | null;
	ignore_eos?: boolean | null;
}

export interface ThinkingOptions {
	enabled?: boolean | null;
	effort?: string | null;
	budget_tokens?: number | null;
}

/** How a session, or one turn of it, asks. `model` is a model or a preset by name. */
export interface SessionSettings {
	model?: string | null;
	system?: string;
	sampling?: SamplingOptions;
	max_tokens?: number | null;
	stop?: string[];
	context_length?: number | null;
	overflow?: Overflow | null;
	keep_tokens?: number | null;
	thinking?: ThinkingOptions;
	logprobs?: number | null;
}

export interface Attachment {
	id: string;
	name: string;
	media_type: string;
	size_bytes: number;
	text_characters: number;
}

/** `arguments` is JSON text as the model wrote it. */
export interface ToolCall {
	id: string;
	name: string;
	arguments: string;
}

export interface Usage {
	prompt_tokens: number;
	completion_tokens: number;
	cached_tokens: number;
	accepted_tokens: number;
	rejected_tokens: number;
}

export interface Timings {
	load_s: number;
	queue_s: number;
	prefill_s: number;
	decode_s: number;
	total_s: number;
}

export interface Truncation {
	policy: 'trim_history' | 'shift';
	dropped_messages: number;
	dropped_tokens: number;
	shifts: number;
	shifted_tokens: number;
}

/** `[id, piece, logprob]`. */
export type TokenAlternative = [number, string, number];
/** `[id, piece, logprob, alternatives]`. */
export type TokenLogprob = [number, string, number | null, TokenAlternative[]];

export interface ErrorInfo {
	code: string;
	message: string;
	param?: string | null;
	maximum?: number | null;
	required?: number | null;
	needed_bytes?: number | null;
	available_bytes?: number | null;
	retry_after_s?: number | null;
	timeout_s?: number | null;
	path?: string | null;
	model?: string | null;
}

/** Where a message stands among the children of its parent, in the order in which they were made; `index` from 0. */
export interface Branch {
	index: number;
	count: number;
	previous: string | null;
	next: string | null;
}

/** A message of the tree. `branch` was so when it was read. */
export interface StoredMessage {
	id: string;
	session: string;
	parent: string | null;
	branch: Branch;
	role: SessionRole;
	status: MessageStatus;
	content: string;
	reasoning: string;
	tool_calls: ToolCall[];
	tool_call_id: string | null;
	attachments: Attachment[];
	model: string | null;
	settings: SessionSettings | null;
	finish_reason: FinishReason | null;
	error: ErrorInfo | null;
	usage: Usage | null;
	timings: Timings | null;
	ttft_s: number | null;
	reasoning_s: number | null;
	truncation: Truncation | null;
	logprobs: TokenLogprob[] | null;
	created_s: number;
	updated_s: number;
}

export interface Session {
	id: string;
	title: string;
	titled: boolean;
	pinned: boolean;
	archived: boolean;
	tags: string[];
	settings: SessionSettings;
	revision: number;
	messages: number;
	created_s: number;
	updated_s: number;
	deleted_s: number | null;
}

export interface SessionPage {
	sessions: Session[];
	next: string | null;
}

/** `earlier`: so many messages of the path stand before these, and were not asked for. */
export interface SessionWithMessages {
	session: Session;
	messages: StoredMessage[];
	earlier: number;
}

export interface NewSession {
	title?: string;
	settings?: SessionSettings;
	tags?: string[];
}

/** What is absent stays as it is. `revision` is the one that was seen last; without it the change always holds. */
export interface SessionChanges {
	title?: string;
	pinned?: boolean;
	archived?: boolean;
	tags?: string[];
	settings?: SessionSettings;
	revision?: number;
}

export interface NewMessage {
	parent: string | null;
	role: SessionRole;
	content: string;
	attachments?: string[];
	/** Which call a tool's result is of. */
	tool_call_id?: string | null;
}

/**
 * With `content` a message is added below `parent` (absent: at the end of the active path; `null`: as a first one) and
 * answered; without it `parent`, a user's message or a tool's result, is answered.
 */
/** What an answer begins with, before the model goes on. */
export interface BegunAnswer {
	content: string;
	reasoning?: string;
}

export interface NewTurn {
	parent?: string | null;
	content?: string;
	attachments?: string[];
	model?: string;
	settings?: SessionSettings;
	begun?: BegunAnswer;
}

export interface Turn {
	message: StoredMessage | null;
	answer: StoredMessage;
}

/** What the next turn would take, and what would be left out. */
export interface TurnCount {
	model: string;
	prompt_tokens: number;
	context_length: number;
	max_tokens: number | null;
	fits: boolean;
	overflow: Overflow;
	dropped_messages: number;
	dropped_tokens: number;
}

export interface SnippetPart {
	text: string;
	hit: boolean;
}

export interface SearchHit {
	session: string;
	title: string;
	message: string | null;
	found_in: 'title' | 'text' | 'thoughts' | 'file';
	/** The name of the file that it is in. */
	file: string | null;
	snippet: SnippetPart[];
	updated_s: number;
}

export interface TagCount {
	tag: string;
	sessions: number;
}

/** A prompt with gaps; `variables` are the names that `body` has in `{{…}}`, in order, each once. */
export interface PromptTemplate {
	name: string;
	body: string;
	description: string;
	variables: string[];
	revision: number;
	updated_s: number;
}

export interface PresetMessage {
	role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
	content?: string;
	name?: string | null;
	reasoning?: string | null;
	tool_calls?: ToolCall[];
	tool_call_id?: string | null;
}

/** A function that a model may call, in the form of OpenAI's API; `parameters` is a JSON Schema. */
export interface PresetTool {
	type: 'function';
	function: {
		name: string;
		description?: string | null;
		parameters?: Record<string, unknown> | null;
		strict?: boolean | null;
	};
}

export interface Preset {
	name: string;
	model: string;
	system?: string;
	messages?: PresetMessage[];
	template?: string;
	tools?: PresetTool[];
	sampling?: SamplingOptions;
	stop?: string[];
	max_tokens?: number | null;
	context_length?: number | null;
	overflow?: Overflow | null;
	keep_tokens?: number | null;
	thinking?: ThinkingOptions;
	license?: string;
	modified_s?: number;
}

/** What a model is asked with where neither a request nor its preset says anything. */
export type ModelDefaults = Pick<
	Preset,
	| 'model'
	| 'system'
	| 'sampling'
	| 'stop'
	| 'max_tokens'
	| 'context_length'
	| 'overflow'
	| 'keep_tokens'
	| 'thinking'
	| 'modified_s'
>;

export interface Imported {
	sessions: Session[];
	skipped: { title: string; reason: string }[];
	/** Settings that no session may have; `messages` is how many answers had it, 0: the session itself. */
	left_out: { session: string; title: string; field: string; reason: string; messages: number }[];
}

/** What becomes of a template of a file whose name another one has. */
export type Duplicates = 'refuse' | 'keep_both' | 'replace';

export interface ImportedTemplate {
	name: string;
	outcome: 'made' | 'unchanged' | 'kept_both' | 'replaced';
	template: PromptTemplate;
}

/** A request that is over; `outcome` is "finished", "cancelled" or an error's code. */
export interface RequestRecord {
	request_id: string;
	model: string;
	outcome: string;
	usage: Usage;
	timings: Timings;
	ttft_s: number | null;
	truncation: Truncation | null;
	choices: number;
	inputs: number;
	cut_tokens: number;
	error: string | null;
	ended_s: number;
}

/** Events of one answer. Replayed in order they give the message as it is stored. */
export type AnswerEvent =
	| { type: 'message'; message: StoredMessage }
	| { type: 'text'; message: string; text: string }
	| { type: 'reasoning'; message: string; text: string }
	| { type: 'tool_call'; message: string; index: number; id: string; name: string; arguments: string };

/** Events of all that happens in a session. `deleted` without a message: the whole session is. */
export type SessionEvent =
	| AnswerEvent
	| { type: 'session'; session: Session }
	| { type: 'deleted'; message: string | null };
