import study from '../../resources/studies/allocator-lru-or-swap-lru.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
