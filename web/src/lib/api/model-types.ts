/** Models, as `core/model.py` and `server/native/schema.py` define them. Sizes in bytes, durations in seconds. */

import type { ModelDefaults, Preset, SamplingOptions } from './types';

export type Capability = 'completion' | 'embedding' | 'rerank';

export interface ModelShape {
	architecture: string;
	context_length: number;
	vocabulary: number;
	layers: number;
	embedding: number;
	heads: number;
	kv_heads: number[];
	key_length: number;
	value_length: number;
	feed_forward: number;
	experts: number;
	sliding_window: number;
	state_size: number;
	whole: boolean;
}

/** A file that was found, or a preset (`preset_of`: the model whose file it is). */
export interface ModelFile {
	name: string;
	paths: string[];
	kind: 'model' | 'projector' | 'adapter' | 'vocabulary';
	size_bytes: number;
	modified_s: number;
	title: string;
	quantisation: string;
	parameters: number;
	weight_bytes: number;
	shape: ModelShape | null;
	has_chat_template: boolean;
	capabilities: Capability[];
	shipped: boolean;
	preset_of: string | null;
	context_limit: number | null;
}

export interface InvalidFile {
	path: string;
	reason: string;
}

export interface ModelList {
	models: ModelFile[];
	invalid: InvalidFile[];
	folders: string[];
	default: string | null;
}

/** `device_bytes` of the sum lie in GPU memory, the others in RAM. */
export interface MemoryPlan {
	weights_bytes: number;
	kv_bytes: number;
	compute_bytes: number;
	overhead_bytes: number;
	device_bytes: number;
}

export interface LoadOptions {
	context_length: number | null;
	kv_cells: number | null;
	max_sequences: number;
	gpu_layers: number | null;
	threads: number | null;
	threads_batch: number | null;
	numa: string | null;
	batch_tokens: number | null;
	kv_type_k: string;
	kv_type_v: string;
	flash_attention: boolean | null;
	mmap: boolean;
	mlock: boolean;
	step_target_s: number;
	queue_limit: number;
	speculation: boolean;
	self_check: boolean;
}

/** How a model would be loaded; `notes` say what had to be reduced to fit. */
export interface ModelSpec {
	name: string;
	paths: string[];
	context_length: number;
	kv_cells: number;
	gpu_layers: number;
	options: LoadOptions;
	memory: MemoryPlan;
	whole: boolean;
	template: { text: string; path: string } | null;
	notes: string[];
}

type Metadatum = boolean | number | string;

/** `plan` is `null` if it does not fit, and `problem` then says why. */
export interface ModelDetails {
	model: ModelFile;
	preset: Preset | null;
	defaults: ModelDefaults | null;
	metadata: Record<string, Metadatum | Metadatum[]>;
	chat_template: string | null;
	plan: ModelSpec | null;
	problem: string | null;
	available_bytes: number;
}

export interface RunningModel {
	name: string;
	state: 'loading' | 'ready' | 'stopping';
	progress: number;
	active: number;
	running: number;
	waiting: number;
	cells: { used: number; retained: number; total: number };
	expires_s: number | null;
	restarts: number;
	memory: MemoryPlan;
	memory_bytes: number;
	resident_bytes: number;
	context_length: number;
	max_sequences: number;
	can_shift: boolean;
	device: string;
	gpu_layers: number;
	threads: number;
	threads_batch: number;
	batch_tokens: number;
	tuned: string[];
	load_s: number;
	pid: number;
}

/** A GPU, as it was when the server last asked. */
export interface Device {
	name: string;
	description: string;
	free_bytes: number;
	total_bytes: number;
}

/** What models may take of the RAM, and what is left of that. */
export interface Memory {
	total_bytes: number;
	free_bytes: number;
	devices: Device[];
}

export interface RunningModels {
	models: RunningModel[];
	memory: Memory;
}

/** A model that was loaded, as its worker describes it. */
export interface LoadedModel {
	name: string;
	context_length: number;
	kv_cells: number;
	max_sequences: number;
	vocabulary: number;
	threads: number;
	device: string;
	gpu_layers: number;
	chat_template: string | null;
	can_shift: boolean;
	capabilities: Capability[];
	embedding_length: number;
	sampling: SamplingOptions;
	memory: MemoryPlan;
	load_s: number;
	pid: number;
}
