import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.js';
import { AuditReader } from './audit-reader.js';
import { AuditRepository } from './audit.repository.js';

@Module({ imports: [UsersModule], controllers: [AuditController], providers: [AuditRepository, AuditLog, AuditReader], exports: [AuditLog, AuditReader] })
export class AuditModule {}
