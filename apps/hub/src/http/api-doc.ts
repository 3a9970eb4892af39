import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/**
 * What an answer looks like. Names are those of `openapi/models.ts`; `pageOf` is a plain list, or the envelope for clients that
 * ask for it; `mapPageOf` the same of an object by name; `envelopeOf` always has the envelope.
 */
export type AnswerShape =
  | string
  | { listOf: string }
  | { mapOf: string }
  | { pageOf: string }
  | { mapPageOf: string }
  | { envelopeOf: string }
  | { text: 'text/html' | 'text/plain' | 'text/event-stream' };

/** What a body is parsed with, or the name of a model where the handler reads it by hand. */
export type BodyShape = z.ZodType | string | { form: string };

/** What a route says about itself in the OpenAPI document; scopes come from its access rule, parameters from its path. */
export interface RouteDescription {
  summary: string;
  /** Which routes it stands with; by default those of its module. */
  tag?: string;
  body?: BodyShape;
  /** The body may be left out. */
  optionalBody?: true;
  /** Parameters of the query, and what they mean. */
  query?: Readonly<Record<string, string>>;
  /** By status, what it means when the request worked; null: an empty body. */
  answers: Readonly<Record<number, AnswerShape | null>>;
  /** Statuses of failure beyond those that follow from scopes, path and body. */
  errors?: readonly number[];
}

export const ROUTE_DESCRIPTION = Symbol('ROUTE_DESCRIPTION');

/** Describes a route of the API for its readers. Plain data: nothing is computed from it before somebody asks for the document. */
export const Describe = (description: RouteDescription): MethodDecorator => SetMetadata(ROUTE_DESCRIPTION, description);
