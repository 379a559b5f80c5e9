import study from '../../resources/studies/zswap-or-zram-for-incompressible.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
