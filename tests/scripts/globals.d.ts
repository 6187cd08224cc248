// What scripts are handed by the build and by one another. Checked with the scripts themselves (tsconfig.json).

// --- From the build

/** Texts of the interface by key: static/text.js, from offprint/site/messages.py. */
declare const TEXTS: Record<string, string>;

/** Letters and signs that folding spells out: static/text.js, from offprint/records/slugs.py. */
declare const LETTERS: Record<string, string>;

/** A rule of the records' JSON Schema (offprint/site/schema.py), as far as the form checks by it. */
interface Rule {
  type?: string;
  items?: Rule;
  properties?: Record<string, Rule>;
  oneOf?: Rule[];
  enum?: string[];
  not?: { enum: string[] };
  pattern?: string;
  maxLength?: number;
  maximum?: number;
}

/** What the form "Add a paper" checks by: #rules of add.html, from offprint/site/views/contribute.py. */
interface Rules {
  /** By field, in the order in which fields are written. */
  fields: Record<string, Rule>;
  required: string[];
  slug: Rule;
  /** What no content may hold, a regular expression for the flag u. */
  forbidden: string;
  /** Where the repository makes a new file; empty without one. */
  new: string;
}

/** The file of a long list: data/lists/*.js, from rows() of offprint/site/client_data.py. */
interface RowsFile {
  /** ISO date and the day as shown. */
  dates: [string, string][];
  /** Slug and name. */
  topics: [string, string][];
  organizations: [string, string][];
  /** Slug, title, authors as shown, further authors, date, topics, organizations, votes, comments, status, draft. */
  papers: [
    string, string, string?, string?, (number | null)?, number[]?, number[]?, (number | null)?, (number | null)?,
    (string | null)?, (1 | null)?,
  ][];
}

/** Slug, arXiv id and DOI of each paper: data/slugs.js, from known_papers() of client_data.py. */
type SlugsFile = [string, string?, string?][];

/** Kind (the folder of its page; empty for an author without one), name, slug, number of papers. */
type SuggestedName = [string, string, string, number];

/** data/names.js and data/names/*.js, from names() of client_data.py; the root's file has all nodes, separated by spaces. */
interface NamesFile {
  names: SuggestedName[];
  nodes?: string;
}

/** BibTeX, RIS, CSL-JSON, and the texts that stand for marks in them: data/cite/*.js, from client_data.py. */
type PackedCitation = [string, string, object, ...string[]];

/** The edition of the hosted site: sw.js, from offprint/site/service_worker.py. */
interface Edition {
  name: string;
  /** Path → SHA-256 of each file that is always kept. */
  shell: Record<string, string>;
  search: boolean;
  archive: { path: string; size: number; sha256: string } | null;
}

/** pagefind/engine.js, from offprint/search/pagefind_script.py. */
interface Engine {
  make: (fetch: (address: string) => Promise<Response>, document: object) => any;
  /** In the offline edition (offprint/offline/search_scripts.py): what every search needs. */
  packed?: { digits: number; entry: object; files: Record<string, string> };
}

interface Window {
  pagefind?: Engine;
  /** Called by the offline edition's scripts with files of the index, by path. */
  offprintFiles: (contents: Record<string, string>) => void;
}

// --- Between scripts

/** A visit to the home page: when (ms), its newest day and how many papers that had, and what it showed: visit.js. */
interface Visit {
  at: number;
  day: string;
  papers: number;
  seen: string[];
}

/** What a card shows: card.js. */
interface CardData {
  slug: string;
  title: string;
  /** The title with marks; else it is drawn as it is. */
  heading?: Node;
  /** In words, where a paper is not published any more. */
  status?: string;
  draft?: boolean;
  organizations?: { name: string; path?: string }[];
  who?: string;
  date?: { text: string; iso?: string };
  votes?: number | null;
  comments?: number | null;
  lead?: Node;
  topics?: { name: string; path?: string }[];
  /** Of kind code or project. */
  links?: Record<string, string>;
}

/** What is chosen of the facets: facets.js. */
interface Facets {
  chosen: { kind: string; value: string; how: string }[];
  from: number | null;
  to: number | null;
}

/** What a query asks for: queries.js. */
interface Query {
  /** In the order typed; of words between which OR stands, the first. */
  words: string[];
  /** Pieces of all of which a paper has one: the words of each choice. */
  groups: string[][][];
  /** Each with the others of which a paper may have one instead. */
  phrases: string[][];
  /** Words or phrases that no hit has. */
  without: string[];
  /** Fields of the index and the words that stand in them: one of any, or none where not. */
  fields: { any: { key: string; field: string; words: string; value: string }[]; not: boolean }[];
  filters: { any: { key: string; kind: string; value: string; years: number[] }[]; not: boolean }[];
  /** Identifiers as the index has them. */
  ids: string[];
  /** What was understood as a restriction, as typed. */
  pieces: { piece: string; kind: string; value: string; not: boolean }[];
  /** What was not understood. */
  unknown: string[];
}

/** A hit that is loaded: finder.js. */
interface FoundHit {
  meta: Record<string, string>;
  path: string;
  content: string;
  /** From _card() of offprint/search/documents.py. */
  card: {
    who?: string;
    authors?: string[];
    venue?: string;
    date?: { text: string; iso?: string };
    topics?: [string, string][];
    organizations?: [string, string][];
    votes?: number;
    comments?: number;
    links?: Record<string, string>;
  };
  /** Words of the query that it does not have. */
  missing: string[];
  /** Whether the last word of the query is but the beginning of its word. */
  begun: boolean;
}

/** What a reader's list keeps of a paper: own.js. */
interface OwnEntry {
  title: string;
  who: string;
  date: string;
  /** When it was starred, in ISO form. */
  star?: string;
  read?: true;
  note?: string;
}

/** By slug. */
type OwnPapers = Record<string, OwnEntry>;

/** A paper of a list: lists.js. */
/** An organization or author in the list of all, as offprint/site/views/terms.py hands it over. */
interface Term {
  name: string;
  slug: string;
  count: number;
  newest: string;
  note: string;
  words: string;
}

interface RowValues {
  slug: string;
  title: string;
  /** In ISO form; empty where there is none. */
  date: string;
  topics: string[];
  organizations: string[];
  /** -1 where they are not counted. */
  votes: number;
  comments: number;
  /** All that words are looked for in, folded. */
  words: string;
  card: () => HTMLElement;
}

interface Row extends RowValues {
  topic: string[];
  organization: string[];
  year: string[];
}

interface ListFilter {
  kind: string;
  value: string;
  not: boolean;
}

interface ListState {
  words: string;
  order: string;
  filters: ListFilter[];
}

// --- From browsers, where TypeScript does not know it yet

interface Navigator {
  connection?: { saveData: boolean };
}

interface Window {
  trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(path: string): string } };
}
