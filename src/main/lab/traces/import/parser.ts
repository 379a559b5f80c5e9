/** Something that takes the bytes of an input as they come and hands page references to a folder. */
export interface Parser {
  push(chunk: Buffer): void;
  /** Called once after the last byte. */
  end(): void;
  /** Something that a person should know although the import succeeded. */
  readonly warning: string | undefined;
}
