import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';

/** Which OAuth client each token of a user was issued to, by the token's id in the API (`a12`). */
@Injectable()
export class TokenPageRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async clientsByToken(userId: number): Promise<Map<string, string | null>> {
    const rows = await this.db('api_tokens').select('id', 'client_id').where('user_id', userId);
    return new Map(rows.map(({ id, client_id }) => [`a${id}`, client_id]));
  }
}
