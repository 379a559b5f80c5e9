/**
 * Tells zod not to compile its validators: that needs eval, which the content security policy
 * forbids. It must be imported before any schema, since schemas decide when they are made.
 */
import { config } from 'zod';

config({ jitless: true });
