import study from '../../resources/studies/readahead-by-address.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
