import study from '../../resources/studies/who-moves-the-page.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
