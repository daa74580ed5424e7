import { inBytes, inCount, inParameters, inRate, inTime } from '$lib/quantities';

/** Texts of the pages Models and Server. */
export const pages = {
	models: {
		refresh: 'Look again',
		inMemory: 'In memory',
		noneLoaded: 'No model is in memory. One is loaded when it is asked, or from here.',
		onDisk: 'On disk',
		noneFound: 'No model was found.',
		unusable: 'Cannot be used',
		filter: 'Filter models',
		noneFits: 'No model is called so.',
		states: { loading: 'Loading', ready: 'Ready', stopping: 'Unloading' },
		progress: (name: string) => `Loading ${name}`,
		load: 'Load',
		unload: 'Unload',
		details: 'Details',
		ask: 'Chat',
		loadOf: (name: string) => `Load ${name}`,
		unloadOf: (name: string) => `Unload ${name}`,
		detailsOf: (name: string) => `Details of ${name}`,
		askOf: (name: string) => `Chat with ${name}`,
		loaded: (name: string, after: number) => `${name} is ready, after ${inTime(after)}.`,
		unloaded: (name: string) => `${name} is unloaded.`,
		failed: 'It could not be loaded.',
		shipped: 'Starter',
		isDefault: 'Default',
		presetOf: (name: string) => `Preset of ${name}`,
		capabilities: { completion: 'Text', embedding: 'Vectors', rerank: 'Ranking' },
		kinds: { model: 'Model', projector: 'Projector', adapter: 'Adapter', vocabulary: 'Vocabulary' },
		parameters: (count: number) => `${inParameters(count)} parameters`,
		context: (tokens: number) => `${inCount(tokens)} tokens of context`,
		tokens: (count: number) => `${inCount(count)} tokens`,
		partsOf: (count: number) => `${count} files`,
		busy: (running: number, waiting: number) =>
			waiting > 0 ? `${running} at work, ${waiting} waiting` : running > 0 ? `${running} at work` : 'Idle',
		unloadsIn: (seconds: number) => `unloads in ${inTime(seconds)}`,
		crashed: (times: number) => (times === 1 ? 'Its process crashed once' : `Its process crashed ${times} times`),
		cells: (used: number, total: number, retained: number) =>
			`${inCount(used)} of ${inCount(total)} in use, ${inCount(retained)} of them as cache`,
		device: (name: string, layers: number) => (layers === 0 ? name : `${name}, ${layers} layers on the GPU`),
		facts: {
			device: 'Runs on',
			threads: 'Threads',
			context: 'Context',
			sequences: 'Requests at once',
			cells: 'KV cells',
			resident: 'Held by its process',
			load: 'Loaded in',
			process: 'Process',
			architecture: 'Architecture',
			parameters: 'Parameters',
			quantisation: 'Quantisation',
			layers: 'Layers',
			width: 'Width',
			heads: 'Attention heads',
			keyHeads: 'Key and value heads',
			experts: 'Experts',
			window: 'Sliding window',
			vocabulary: 'Vocabulary',
			size: 'Size on disk',
			files: 'Files',
			changed: 'Changed'
		},
		memory: {
			title: 'Memory',
			total: (bytes: number) => `${inBytes(bytes)} in all`,
			onDevice: (bytes: number) => `${inBytes(bytes)} of it on the GPU`,
			free: (bytes: number) => `${inBytes(bytes)} are free now`,
			parts: { weights: 'Weights', kv: 'KV cells', compute: 'Compute buffers', overhead: 'Other', free: 'Free' }
		},
		machine: {
			title: 'Memory of this machine',
			summary: (free: number, total: number) => `${inBytes(free)} of ${inBytes(total)} are free for another model`,
			table: 'What the memory is used for',
			what: 'Used by',
			sum: 'Together',
			others: 'Other programs',
			free: 'Free',
			total: 'In all',
			unknown: '–',
			gpu: (total: number) => `On the GPU, of ${inBytes(total)}: `,
			gpuRest: (bytes: number) => `${inBytes(bytes)} free or held by others.`
		},
		plan: {
			title: 'How it would be loaded',
			problem: 'It does not fit now.',
			notes: 'To make it fit'
		},
		template: 'Chat template',
		noTemplate: 'It has no chat template: a plain one is used.',
		metadata: 'Header',
		about: 'What it is',
		where: 'Where models go',
		whereText:
			'Put files that end in .gguf into one of these folders, or folders with such files; then look again. Nothing needs to be restarted.',
		onlyStarter:
			'Only the starter is here: a small model, to try things with. For real work get a larger one as a GGUF file: of many open models there are such files, in several sizes. One whose file is a little smaller than the free memory is the best that fits.',
		copyPath: (path: string) => `Copy ${path}`
	},
	server: {
		version: (version: string) => `Minerva ${version}`,
		api: 'API reference',
		live: 'Live',
		span: 'The last five minutes, looked at every two seconds.',
		charts: {
			throughput: 'Throughput',
			queue: 'Requests',
			cache: 'Cache hits',
			memory: 'Memory of the models',
			cells: 'KV cells',
			first: 'Time to the first text'
		},
		series: {
			generated: 'Generated',
			computed: 'Prompt computed',
			running: 'At work',
			waiting: 'Waiting',
			hits: 'Prompt tokens from cache',
			resident: 'Held by their processes',
			live: 'In use',
			retained: 'Cache',
			first: 'Mean of the requests that began'
		},
		unknown: '–',
		perSecond: (rate: number) => `${inRate(rate)} tokens/s`,
		percent: (share: number) => `${Math.round(share * 100)} %`,
		loaded: 'Models in memory',
		noneLoaded: 'None.',
		manage: 'Manage models',
		columns: {
			model: 'Model',
			state: 'State',
			running: 'At work',
			waiting: 'Waiting',
			cells: 'KV cells',
			memory: 'Memory'
		},
		cellsOf: (used: number, total: number) => `${inCount(used)} of ${inCount(total)}`,
		timeline: 'Requests that are over',
		noRequests: 'None yet.',
		more: (count: number) => (count === 1 ? 'Show one more' : `Show ${count} more`),
		noModel: 'no model',
		stages: {
			load: (seconds: number) => `load ${inTime(seconds)}`,
			queue: (seconds: number) => `queued ${inTime(seconds)}`,
			prefill: (seconds: number) => `prefill ${inTime(seconds)}`,
			decode: (seconds: number) => `decode ${inTime(seconds)}`,
			other: (seconds: number) => `other ${inTime(seconds)}`
		},
		legend: { load: 'Load', queue: 'Queue', prefill: 'Prefill', decode: 'Decode', other: 'Other' },
		prompt: (cached: number, all: number) =>
			cached > 0 ? `${inCount(cached)} of ${inCount(all)} tokens from cache` : `${inCount(all)} tokens read`,
		written: (tokens: number, rate: number | null) =>
			rate === null ? `${inCount(tokens)} written` : `${inCount(tokens)} written at ${inRate(rate)}/s`,
		firstAfter: (seconds: number) => `first text after ${inTime(seconds)}`,
		inputs: (count: number) => (count === 1 ? '1 text' : `${inCount(count)} texts`),
		dropped: (messages: number, tokens: number) => `${inCount(messages)} messages (${inCount(tokens)} tokens) left out`,
		shifted: (tokens: number) => `${inCount(tokens)} tokens shifted out`,
		total: (seconds: number) => `${inTime(seconds)} in all`,
		outcomes: { finished: 'Finished', cancelled: 'Cancelled' }
	}
} as const;
