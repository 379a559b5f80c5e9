/** Recordings packed with xz, which Node cannot unpack by itself: says what can. */
import { invalid } from '../../errors.ts';

/** How an xz stream begins. */
export const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

export const refuseXz = () =>
  invalid(
    'The input is packed with xz; accepted: gzip, or no packing. `xz -dc FILE | swaplab trace import ... -` unpacks it.',
  );
