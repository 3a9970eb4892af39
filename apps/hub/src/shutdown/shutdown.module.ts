import { Module } from '@nestjs/common';
import { ShutdownController } from './shutdown.controller.js';
import { ShutdownService } from './shutdown.service.js';

@Module({ controllers: [ShutdownController], providers: [ShutdownService], exports: [ShutdownService] })
export class ShutdownModule {}
