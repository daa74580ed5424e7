/**
 * Holds `types.ts` and `model-types.ts` to what the server says in its OpenAPI document: no code, and an error of the
 * type checker where a field is missing, is there without need, or is of another kind.
 *
 * The types that are compared are written by hand since the document cannot say which fields an answer leaves out.
 */
import type { components } from './openapi';
import type * as models from './model-types';
import type * as types from './types';

type Said = components['schemas'];

/** Without the difference between a field that may be left out and one that is always there. */
type Loose<T> = T extends object ? { [K in keyof T]-?: Loose<Exclude<T[K], undefined>> } : T;

/** An answer of the server has all that ours says, each of our kind. */
type Gives<Theirs, Ours> = [Loose<Theirs>] extends [Loose<Ours>] ? true : { ours: Ours };

/** The server takes what ours says: it knows each field, and all kinds of it. */
type Takes<Theirs, Ours> = [Exclude<keyof Ours, keyof Theirs>] extends [never]
	? [Loose<Ours>] extends [Partial<Loose<Theirs>>]
		? true
		: { ours: Ours }
	: { unknown: Exclude<keyof Ours, keyof Theirs> };

type True<T extends true> = T;

export type Agreement = [
	True<Gives<Said['StoredMessage'], types.StoredMessage>>,
	True<Gives<Said['Session'], types.Session>>,
	True<Gives<Said['SessionPage'], types.SessionPage>>,
	True<Gives<Said['Attachment'], types.Attachment>>,
	True<Gives<Said['SearchHit'], types.SearchHit>>,
	True<Gives<Said['TagCount'], types.TagCount>>,
	True<Gives<Said['PromptTemplate'], types.PromptTemplate>>,
	True<Gives<Said['Preset'], types.Preset>>,
	True<Gives<Said['ModelDefaults'], types.ModelDefaults>>,
	True<Gives<Said['Imported'], types.Imported>>,
	True<Gives<Said['ImportedTemplate'], types.ImportedTemplate>>,
	True<Gives<Said['SessionMessages'], types.SessionWithMessages>>,
	True<Gives<Said['Exchange'], types.Turn>>,
	True<Gives<Said['Forecast'], types.TurnCount>>,
	True<Gives<Said['TimelineEntry'], types.RequestRecord>>,
	True<Gives<Said['ModelFile'], models.ModelFile>>,
	True<Gives<Said['Models'], models.ModelList>>,
	True<Gives<Said['ModelDetails'], models.ModelDetails>>,
	True<Gives<Said['Running'], models.RunningModel>>,
	True<Gives<Said['RunningModels'], models.RunningModels>>,
	True<Gives<Said['LoadedModel'], models.LoadedModel>>,
	True<Takes<Said['NewSession'], types.NewSession>>,
	True<Takes<Said['SessionPatch'], types.SessionChanges>>,
	True<Takes<Said['AddMessage'], types.NewMessage>>,
	True<Takes<Said['TurnRequest'], types.NewTurn>>,
	True<Takes<Said['SettingsBody'], types.SessionSettings>>,
	True<Takes<Said['SamplingBody'], types.SamplingOptions>>,
	True<Takes<Said['ThinkingBody'], types.ThinkingOptions>>
];
