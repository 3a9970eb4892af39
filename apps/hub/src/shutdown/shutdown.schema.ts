import { z } from 'zod';

export const shutdownRequestSchema = z.object({ proxy: z.boolean().optional(), servers: z.boolean().optional() });

export const shutdownAnswerSchema = z.object({ message: z.string() });
