import study from '../../resources/studies/zswap-without-a-swapfile.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
