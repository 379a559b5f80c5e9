/** Slots of several devices: those that page tables name, or those behind descriptors. */
export class SlotCounts {
  /** Those that may be handed out, and the free ones of them. */
  total = 0;
  free = 0;
  /** Those that have metadata, also while their device is being swapped off, and those in use. */
  provisioned = 0;
  used = 0;
}
