/** The shapes that cross the seam between the page and Python. They hold plain data only. */

/** What a view asks of `render`; everything but the size has a default. */
export interface View {
  /** Canvas pixels. */
  width: number;
  height: number;
  /** In modality units; null stands for the image's own window. */
  windowCenter?: number | null;
  windowWidth?: number | null;
  /** The index of one of the image's windows, for where the two above are null; an image without it has its default. */
  window?: number | null;
  voiLUTFunction?: string | null;
  /**
   * The index of a VOI LUT of the image, which then takes any window's place; an image without it has its default.
   */
  voiLUT?: number | null;
  invert?: boolean;
  colormap?: string;
  /** Canvas pixels per image column; null fits the image into the canvas. */
  scale?: number | null;
  /** Canvas pixels by which the image's centre is moved from the canvas's centre. */
  pan?: Point;
  /** Clockwise. */
  rotation?: 0 | 90 | 180 | 270;
  hflip?: boolean;
  vflip?: boolean;
  interpolation?: "nearest" | "linear";
  /** Whether the image's overlays are drawn. */
  overlays?: boolean;
  /** Whether the image's display shutter hides what it hides. */
  shutter?: boolean;
}

export interface Point {
  x: number;
  y: number;
}

/** A view with every value filled in, as Python used it. */
export interface ResolvedView extends Required<View> {
  scale: number;
  fitScale: number;
}

export interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

export interface RenderedPicture extends Picture {
  view: ResolvedView;
}

/** Whoever has it closes it. */
export interface RenderedBitmap {
  width: number;
  height: number;
  bitmap: ImageBitmap;
  view: ResolvedView;
}

/** One computation that led to an image: the id of what came of it, and the images that went in. */
export interface LineageStep {
  /** As image ids have it: `gaussian(2)`. */
  step: string;
  imageId: string;
  sources: string[];
}

export interface WindowChoice {
  center: number;
  width: number;
  explanation: string;
}

export interface VoiLut {
  explanation: string;
  firstValueMapped: number;
  numBitsPerEntry: number;
}

export interface Overlay {
  rows: number;
  columns: number;
  /** Row and column of the upper left bit, the image's first pixel being [1, 1]. */
  origin: [number, number];
  /** Graphics or a region of interest. */
  kind: "G" | "R";
  label: string;
  description: string;
}

/** Only what lies within all of the shapes is seen; rows and columns count from 1. */
export interface Shutter {
  /** The first and last row and the first and last column that are seen. */
  rectangle: [number, number, number, number] | null;
  /** Row and column of the centre, and the radius in columns. */
  circle: [number, number, number] | null;
  /** Row and column of each vertex. */
  polygon: [number, number][];
  /** Whether the set bits of an overlay are hidden, too. */
  bitmap: boolean;
  /** RGB, in the place of what is hidden. */
  color: [number, number, number];
}

export type PixelData =
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array
  | Int32Array | Uint32Array | Float32Array | Float64Array;

/** An image in Cornerstone's shape, but for its pixels. */
export interface ImageDescription {
  imageId: string;
  rows: number;
  columns: number;
  height: number;
  width: number;
  color: boolean;
  rgba: boolean;
  slope: number;
  intercept: number;
  windowCenter: number | null;
  windowWidth: number | null;
  minPixelValue: number;
  maxPixelValue: number;
  invert: boolean;
  columnPixelSpacing: number | null;
  rowPixelSpacing: number | null;
  /** Height over width of a pixel, where the file tells it. */
  pixelAspectRatio: number | null;
  /** The lowest and highest stored value that stand for no pixel. */
  pixelPadding: [number, number] | null;
  sizeInBytes: number;
  photometricInterpretation: string;
  numberOfComponents: number;
  numberOfFrames: number;
  dataType: string;
  windows: WindowChoice[];
  voiLUTs: VoiLut[];
  overlays: Overlay[];
  shutter: Shutter | null;
  voiLUTFunction: string;
  unit: string;
  loadTimeInMS: number;
  warnings: string[];
  /** What a derived image was computed from, the first step first. */
  lineage: LineageStep[];
}

/** An image in Cornerstone's shape. */
export interface LoadedImage extends ImageDescription {
  pixelData: PixelData;
  /** The stored values, row by row, colour channels interleaved; the same array each time. */
  getPixelData(): PixelData;
}

/** What Cornerstone tells an image loader; it may tell more, which is not heeded. */
export interface CornerstoneLoadOptions {
  /** Whether grey values come in modality units, as they do unless this says no. */
  preScale?: { enabled?: boolean };
  /** Whether colour comes with alpha. */
  useRGBA?: boolean;
  /** The typed array that a volume is made of. */
  targetBuffer?: { type?: string };
  requestType?: RequestType;
  priority?: number;
}

/** An image as Cornerstone's DICOM image loader gives it. */
export interface CornerstoneImage extends ImageDescription {
  getPixelData(): PixelData;
  /** Only where the values are in modality units. */
  preScale?: { enabled: true; scaled: true; scalingParameters: Record<string, number | string> };
  calibration: object;
  sliceThickness: number | undefined;
  FrameOfReferenceUID: string | undefined;
  imageQualityStatus: number;
  imageFrame: object;
}

/**
 * What Cornerstone expects of an image loader. The promise comes to a {@link CornerstoneImage}; Cornerstone's own type
 * of it, which differs from version to version, insists on what viewports do without.
 */
export interface CornerstoneLoad extends Load<any> {
  /** Called when Cornerstone's cache lets go of the image. */
  decache: () => void;
}

/** What lies under one canvas pixel. */
export interface Probe {
  column: number;
  row: number;
  stored: number | number[] | null;
  modality: number | number[] | null;
  unit: string;
  inside: boolean;
}

/**
 * What can be opened: a File, one with the path that it is to have, or a handle of a file or of a folder. A File has
 * its `webkitRelativePath`, or its name, for a path.
 */
export type FileToOpen = File | { file: File; path: string } | FileSystemHandle;

/** Images that belong behind each other, in order. */
export interface Stack {
  imageIds: string[];
  /** What tells it from the other stacks of its series; "" where it is the only one. */
  title: string;
  rows: number | null;
  columns: number | null;
}

/** What the source does not tell is "" or null. Dates and times are as DICOM writes them: "20240131", "101530". */
export interface Series {
  seriesInstanceUID: string;
  modality: string;
  number: number | null;
  description: string;
  date: string;
  time: string;
  bodyPart: string;
  stacks: Stack[];
  /** Told by DICOMweb servers, which give the stacks only when they are asked for them; null elsewhere. */
  instanceCount: number | null;
}

export interface Study {
  studyInstanceUID: string;
  /** As DICOM writes it, "Family^Given". */
  patientName: string;
  patientId: string;
  patientBirthDate: string;
  patientSex: string;
  date: string;
  time: string;
  description: string;
  accessionNumber: string;
  /** By number. */
  series: Series[];
  /** Told by DICOMweb servers, which give the series only when they are asked for them; [] elsewhere. */
  modalities: string[];
  instanceCount: number | null;
}

/** The stacks of the instances of a series that are listed so far; `complete` once these are all. */
export interface ListedStacks {
  stacks: Stack[];
  listed: number;
  complete: boolean;
}

/** What a study must match; what is left out matches all. `*` and `?` stand for any characters and any one. */
export interface StudyQuery {
  /** "Family^Given"; without `*` and `?`, the beginning of the name. */
  patientName?: string;
  patientId?: string;
  /** "20240131", or a range: "20240101-20240131", "20240101-", "-20240131". */
  studyDate?: string;
  modality?: string;
  /** How many studies at most, 50 at first; as many as that say that there may be more. */
  limit?: number;
  /** How many studies to pass over: the next page begins at `offset + limit`. */
  offset?: number;
  signal?: AbortSignal;
}

/** A token, or a function that gives one, which is asked again when the server has refused the last with a 401. */
export type Token = string | (() => string | Promise<string>);

/** A picture, or a NIfTI volume under the id of its first slice. */
export interface OtherImage {
  imageId: string;
  path: string;
  /** The slices of all times of a volume, as its header says; they have the ids `imageId?frame=0` and on. */
  frameCount: number;
  /** The slices of one time. */
  sliceCount: number;
}

/** A file that is not shown, and why: the reason goes on behind the path. */
export interface SkippedFile {
  path: string;
  reason: string;
}

/** How many files of how many are read, where a ZIP archive counts as the files in it, and what they gave so far. */
export interface FilesProgress {
  read: number;
  total: number;
  studies: Study[];
  others: OtherImage[];
}

/** What the files hold; those of the images that are named here stay open until `closeFiles` is given their ids. */
export interface OpenedFiles {
  /** The latest first. */
  studies: Study[];
  others: OtherImage[];
  skipped: SkippedFile[];
}

/** How many images of a volume are there. */
export interface VolumeProgress {
  done: number;
  total: number;
}

/** Images as one array in Python. Points and directions are in patient space: LPS, in mm. */
export interface Volume {
  /** Its name in image ids: `mpr:axial/0?volume=KEY`. */
  key: string;
  /** Slices, rows, columns. */
  shape: [number, number, number];
  /** 4 rows of 4: takes (column, row, slice, 1) to patient space. */
  affine: number[][];
  /** Of columns, rows and slices. */
  spacing: [number, number, number];
  dataType: string;
  sizeInBytes: number;
  slope: number;
  intercept: number;
  unit: string;
  frameOfReferenceUID: string | null;
  /** In the order of the slices. */
  imageIds: string[];
  /** Where they lie among the slices: 0, 1, 2 …, unless the slices had to be evened out. */
  imagePlaces: number[];
  planes: Record<"axial" | "coronal" | "sagittal", VolumePlanes>;
  /** What was done to make it one: filled gaps, images left out. */
  warnings: string[];
}

/** The planes `mpr:NAME/0` to `mpr:NAME/COUNT-1` of a volume. The first pixel of plane i lies at
 * `imagePositionPatient + i * spacing * direction`. */
export interface VolumePlanes {
  count: number;
  /** From plane to plane. */
  spacing: number;
  rows: number;
  columns: number;
  rowPixelSpacing: number;
  columnPixelSpacing: number;
  /** The first pixel of the first plane. */
  imagePositionPatient: [number, number, number];
  rowCosines: [number, number, number];
  columnCosines: [number, number, number];
  /** From plane to plane, a unit vector. */
  direction: [number, number, number];
  letters: EdgeLetters;
}

/** The patient's directions at the edges of an image. */
export interface EdgeLetters {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/** Where the file of an image is; `scheme:place` and `query` make its id where the file lies at another place. */
export interface ImageFile {
  address: string;
  name: string;
  scheme: string;
  query: string;
  /** In bytes; null where it is not known before the file is read. */
  size: number | null;
}

/** The file that an image lies in, null where a loader makes it; `reason`, where there is one, goes on behind its id. */
export interface WhereImageIs {
  imageId: string;
  file: ImageFile | null;
  reason: string;
}

export interface SavedProgram {
  name: string;
  source: string;
}

export interface Sample {
  imageId: string;
  title: string;
}

export interface ImageIdentifiers {
  /** the first of the ids that were given for this file */
  imageId: string;
  /** its name, or its address */
  file: string;
  /** where: `"(0010,0010) Patient's Name"`, `"Exif GPS"`; value: its beginning, or why it could not be checked */
  findings: { where: string; value: string }[];
}

export interface InstalledPackage {
  name: string;
  version: string;
}

export interface CacheInfo {
  maximumSizeInBytes: number;
  cacheSizeInBytes: number;
  numberOfImagesCached: number;
}

export type RequestType = "interaction" | "thumbnail" | "prefetch" | "compute";

export interface LoadOptions {
  requestType?: RequestType;
  /** Lower is more urgent. */
  priority?: number;
  /** Aborting it cancels the load. */
  signal?: AbortSignal;
}

/** What a JavaScript loader is told; `signal` is aborted when nobody waits for the image any more. */
export interface JavaScriptLoadOptions {
  requestType: RequestType;
  /** Lower is more urgent. */
  priority: number;
  signal: AbortSignal;
}

/** An image in Cornerstone's shape, legacy or 3D. What it has beside these is left alone. */
export interface JavaScriptImage {
  rows?: number;
  columns?: number;
  /** In the place of rows and columns. */
  height?: number;
  width?: number;
  /** A typed array of rows x columns values, of three times as many (RGB), or of four times (RGBA). */
  pixelData?: ArrayBufferView;
  /** Asked where there is no `pixelData`. */
  getPixelData?: () => ArrayBufferView;
  color?: boolean;
  invert?: boolean;
  photometricInterpretation?: string;
  slope?: number;
  intercept?: number;
  modalityLUT?: { firstValueMapped: number; numBitsPerEntry: number; lut: ArrayLike<number> };
  /** Where the values are in modality units already. */
  preScale?: { scaled?: boolean };
  isPreScaled?: boolean;
  windowCenter?: number | ArrayLike<number>;
  windowWidth?: number | ArrayLike<number>;
  /** In the place of windowCenter and windowWidth. */
  windows?: { center: number; width: number; explanation?: string }[];
  voiLUT?: { firstValueMapped: number; numBitsPerEntry: number; lut: ArrayLike<number> };
  voiLUTFunction?: string;
  rowPixelSpacing?: number | null;
  columnPixelSpacing?: number | null;
  pixelAspectRatio?: number | null;
  pixelPadding?: ArrayLike<number> | null;
  unit?: string;
  warnings?: string[];
}

/** What a JavaScript loader gives back. */
export type JavaScriptLoad =
  | JavaScriptImage
  | PromiseLike<JavaScriptImage>
  | {
    promise: PromiseLike<JavaScriptImage>;
    /** Called once where nobody waits for the image any more. */
    cancelFn?: () => unknown;
    /** Called once when the image leaves the cache. */
    decache?: () => unknown;
  };

export type ImageLoader = (imageId: string, options: JavaScriptLoadOptions) => JavaScriptLoad;

/** A loader's place in the registry. */
export interface Registration {
  /** Take the loader out, unless another has replaced it meanwhile; resolves to whether it was there. */
  unregister(): Promise<boolean>;
}

/** Answers synchronously or by a promise; undefined where it does not know. */
export type MetaDataProvider = (type: string, imageId: string) => unknown;

/** A call under way: `cancelFn` gives it up, which rejects the promise with a LoadCancelledError. */
export interface Load<Value> {
  promise: Promise<Value>;
  cancelFn: () => void;
}

/** How far the start has come; `loaded` counts the bytes that have arrived so far. */
export interface BootProgress {
  step: "runtime" | "packages" | "import" | "ready";
  label: string;
  loaded: number;
}

/** Something that a new engine was told again, and could not take. */
export interface FailedReplay {
  method: string;
  params: object;
  error: Error;
}

/** Detail of the event LOADSTONE_ENGINE_STOPPED: why Python stopped, and whether for good. */
export interface EngineStopped {
  error: Error;
  final: boolean;
}

/** Detail of the event LOADSTONE_ENGINE_RESTARTED: what Python could not be told again. */
export interface EngineRestarted {
  failed: FailedReplay[];
}

/** An error as it crosses from the worker. */
export interface PlainError {
  name: string;
  message: string;
  imageId: string | null;
  traceback: string;
  /** The name and the line, counted from 1, of the user's program that it came from; null where it is none. */
  program?: string | null;
  line?: number | null;
  /** The JavaScript value that was at the root of it; only where there is one. */
  cause?: unknown;
}

/** Detail of the event LOADSTONE_OUTPUT: what programs and loaders print, whole lines as far as there are any. */
export interface Output {
  stream: "stdout" | "stderr";
  text: string;
}

/** Detail of the event LOADSTONE_LOADER_REGISTERED: a scheme got a loader, or lost its own. */
export interface LoaderRegistered {
  scheme: string;
  /** The images that left the cache for it. */
  imageIds: string[];
}

export interface LoadProgress {
  url: string;
  imageId: string;
  loaded: number;
  total: number | null;
  percentComplete: number | null;
}

/** What the page sends to the engine; "begin" comes first. */
export type ToEngine =
  | { kind: "begin"; pageUrl: string | undefined }
  | { kind: "call"; id: number; method: string; params: object }
  | { kind: "cancel"; id: number }
  | { kind: "answer"; id: number; value?: unknown; error?: string };

/** What the engine sends to the page. */
export type FromEngine =
  | { kind: "progress"; progress: BootProgress }
  | { kind: "ready"; lock: string | null }
  | { kind: "failed"; error: PlainError }
  | { kind: "stopped"; reason: string; started: number[] }
  | { kind: "result"; id: number; value: unknown }
  | { kind: "error"; id: number; error: PlainError }
  | { kind: "event"; name: string; detail: unknown }
  | { kind: "question"; id: number; name: string; detail: unknown };

/** What a decoder worker is sent. */
export interface FrameToDecode {
  codestream: Uint8Array;
  parameters: object;
}

/** What a decoder makes of a frame; only `message` where it could not. */
export interface DecodedFrame {
  data?: Uint8Array<ArrayBuffer>;
  dtype?: string;
  shape?: number[];
  photometricInterpretation?: string;
  message?: string;
}
