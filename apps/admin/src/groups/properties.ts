export type Parsed = { properties: Record<string, unknown> } | { problem: string };

/** Reads properties as somebody typed them; the hub takes an object only. */
export function parseProperties(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return { problem: 'This has to be an object: { "name": value }.' };
    return { properties: value as Record<string, unknown> };
  } catch (error) {
    return { problem: `This is no JSON: ${(error as Error).message}` };
  }
}

/** Properties as they are shown for editing. */
export const propertiesText = (properties: Record<string, unknown> = {}): string => JSON.stringify(properties, null, 2);
