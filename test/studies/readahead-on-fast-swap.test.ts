import study from '../../resources/studies/readahead-on-fast-swap.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
