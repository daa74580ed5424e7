import { inCount } from '$lib/quantities';

/** Texts of the page Settings, and of forms that say how a model is asked. */
export const settings = {
	parameters: {
		temperature: { label: 'Temperature', meaning: '0 always takes the most likely token; higher is more varied.' },
		top_p: { label: 'Top p', meaning: 'Keeps the fewest tokens whose probabilities reach p; 1 keeps all.' },
		top_k: { label: 'Top k', meaning: 'Keeps the k most likely tokens; 0 keeps all.' },
		min_p: { label: 'Min p', meaning: 'Drops tokens less likely than this share of the likeliest one.' },
		repeat_penalty: { label: 'Repeat penalty', meaning: 'Makes tokens of the recent past less likely; 1 is off.' },
		seed: { label: 'Seed', meaning: 'The same seed and request give the same text.' },
		typical_p: { label: 'Typical p', meaning: 'Locally typical sampling; 1 is off.' },
		repeat_last_n: { label: 'Penalty window', meaning: 'Tokens the penalties look back; 0 off, -1 the context.' },
		presence_penalty: { label: 'Presence penalty', meaning: 'Against tokens that came up at all.' },
		frequency_penalty: { label: 'Frequency penalty', meaning: 'Against tokens, more the oftener they came up.' },
		dry_multiplier: { label: 'DRY strength', meaning: 'Against repeated sequences; 0 is off.' },
		dry_base: { label: 'DRY base', meaning: 'It grows by this factor per repeated token.' },
		dry_allowed_length: { label: 'DRY allowed length', meaning: 'Repeats up to this length are let pass.' },
		dry_penalty_last_n: { label: 'DRY window', meaning: 'Tokens it looks back; 0 off, -1 the context.' },
		xtc_probability: { label: 'XTC probability', meaning: 'Chance that the likeliest tokens are dropped; 0 is off.' },
		xtc_threshold: { label: 'XTC threshold', meaning: 'What counts as likely.' },
		mirostat: { label: 'Mirostat', meaning: '0 off, or version 1 or 2.' },
		mirostat_tau: { label: 'Mirostat target', meaning: 'Surprise in bits.' },
		mirostat_eta: { label: 'Mirostat rate', meaning: 'How fast it learns.' }
	},
	asking: {
		system: 'System prompt',
		systemHint: 'What the model is told before a conversation begins.',
		sampling: 'How it chooses words',
		samplingHint: 'What is left empty is up to the preset, the model, or the server.',
		more: 'More parameters',
		limits: 'Length',
		maxTokens: 'Longest answer, tokens',
		contextLength: 'Context, tokens',
		keepTokens: 'Tokens kept when it is shifted',
		keepTokensHint: '-1 keeps the whole prompt.',
		overflow: 'If it does not fit the context',
		overflows: {
			'': 'As the server does',
			error: 'Refuse, and say so',
			trim_history: 'Leave out the oldest turns',
			shift: 'Go on past the window'
		},
		stop: 'Stop strings',
		stopHint: 'One a line. The answer ends before the first of these; \\n stands for a new line.',
		usually: (value: number | null) => (value === null ? 'drawn anew' : String(value)),
		model: 'Model',
		serverDefault: 'The server’s default',
		gone: (name: string) => `${name} (not found)`
	},
	settings: {
		sections: {
			appearance: 'Appearance',
			defaults: 'New conversations',
			presets: 'Presets',
			templates: 'Prompt templates',
			data: 'Data',
			shortcuts: 'Shortcuts',
			about: 'About'
		},
		navigation: 'Settings',
		appearance: {
			theme: 'Theme',
			themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
			size: 'Text size',
			sizes: { normal: 'Normal', large: 'Large' },
			key: 'API key',
			hasKey: 'This browser sends a key to the server.',
			forget: 'Forget the key',
			forgotten: 'The key is forgotten.',
			kept: 'These are kept in this browser.'
		},
		defaults: {
			text: 'What a new conversation starts with, in this browser. A conversation that there is keeps its own settings.',
			reset: 'Leave all to the server',
			saved: 'Kept.',
			invalid: 'Not kept: a field is out of its range.'
		},
		presets: {
			text: 'A preset is another name for a model, with a system prompt and parameters of its own. All programs that use this server can ask for it by its name.',
			create: 'New preset',
			import: 'Import …',
			none: 'No presets yet.',
			edit: 'Edit',
			editOf: (name: string) => `Edit ${name}`,
			exportIt: 'Export',
			exportOf: (name: string) => `Export ${name}`,
			remove: 'Delete',
			removeOf: (name: string) => `Delete ${name}`,
			removed: (name: string) => `${name} is deleted.`,
			saved: (name: string) => `${name} is saved.`,
			imported: (name: string) => `${name} is imported.`,
			notJson: (file: string) => `${file} is no preset: it is not JSON.`,
			notPreset: (file: string) => `${file} is no preset: it has no name.`,
			replace: 'Replace the preset?',
			replaceText: (name: string) => `There is a preset ${name} already. The one in the file would take its place.`,
			replaceDo: 'Replace it',
			newTitle: 'New preset',
			editTitle: (name: string) => `Preset ${name}`,
			name: 'Name',
			nameHint: 'Letters, digits and _ . - with a :tag if you like.',
			messages: 'First messages',
			messagesHint: 'They stand at the beginning of every conversation, as examples.',
			addMessage: 'Add a message',
			removeMessage: (at: number) => `Remove message ${at}`,
			role: (at: number) => `Who says message ${at}`,
			content: (at: number) => `Text of message ${at}`,
			roles: { system: 'System', developer: 'Developer', user: 'User', assistant: 'Assistant', tool: 'Tool' },
			template: 'Chat template',
			templateHint: 'Jinja, in place of the model’s own. Leave it empty to keep that.',
			license: 'License',
			save: 'Save',
			unusable: 'Files that are no presets'
		},
		templates: {
			text: 'Texts to write messages from: type / in the message field to insert one. {{name}} is a gap that is filled in then.',
			create: 'New template',
			none: 'No templates yet.',
			newTitle: 'New template',
			editTitle: (name: string) => `Template ${name}`,
			name: 'Name',
			description: 'Description',
			body: 'Text',
			bodyHint: 'Write gaps as {{name}}.',
			gaps: 'Gaps',
			noGaps: 'no gaps'
		},
		data: {
			export: 'Export',
			exportText: 'All conversations with all their branches as one file of JSON lines. It can be imported here again without loss.',
			exportAll: 'Export all conversations',
			import: 'Import',
			importText: 'A file of ours, ChatGPT’s conversations.json, or Open WebUI’s export of chats. Nothing that is here is changed.',
			choose: 'Choose a file …',
			importing: 'Reading the file …',
			made: (count: number) =>
				count === 0
					? 'Nothing was imported.'
					: count === 1
						? '1 conversation was imported.'
						: `${inCount(count)} conversations were imported.`,
			skipped: (count: number) => (count === 1 ? '1 was left out:' : `${inCount(count)} were left out:`),
			untitled: 'Untitled conversation',
			bin: 'Bin',
			binText: (days: number) => `What was deleted stays here for ${days} days.`,
			binEmpty: 'The bin is empty.',
			deleted: (moment: string) => `deleted ${moment}`,
			messages: (count: number) => (count === 1 ? '1 message' : `${inCount(count)} messages`),
			restore: 'Restore',
			restoreOf: (title: string) => `Restore ${title}`,
			restored: (title: string) => `${title} is back.`,
			open: 'Open',
			more: 'Show more'
		},
		about: {
			text: 'Minerva runs language models on your own machine. This page asks no other host for anything: conversations, presets and models stay on the server it came from.',
			version: 'Version',
			license: 'License',
			licenseName: 'Apache License 2.0',
			api: 'API',
			apiLink: 'Reference of all routes',
			folders: 'Folders of models',
			page: 'Address'
		}
	}
} as const;
