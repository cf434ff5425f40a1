// What is used of Node; its own types would claim that pages have all of it.

declare module "node:fs/promises" {
  export function access(path: string): Promise<void>;
}

declare module "node:os" {
  export function availableParallelism(): number;
}

declare module "node:url" {
  export function fileURLToPath(url: string | URL): string;
}

declare module "node:worker_threads" {
  export class Worker {
    constructor(url: URL, options: { name: string; execArgv: string[] });
    on(event: "message", listener: (data: any) => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    postMessage(message: unknown, transfer: Transferable[]): void;
    ref(): void;
    unref(): void;
    terminate(): void;
  }
  /** Not null, in a worker thread. */
  export const parentPort: {
    postMessage(message: unknown, transfer: Transferable[]): void;
    onmessage: ((event: { data: any }) => void) | null;
  };
}
