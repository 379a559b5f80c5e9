import study from '../../resources/studies/frontswap-or-ramdisk.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
