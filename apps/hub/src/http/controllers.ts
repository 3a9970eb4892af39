import { Controller } from '@nestjs/common';

/** Declares a controller of the REST API; `path` is below `/hub/api/`. `base_url` is taken off before routing. */
export const ApiController = (path = ''): ClassDecorator => Controller(path ? `hub/api/${path}` : 'hub/api');

/** Declares a controller of pages; `path` is below `/hub/` (`/hub/` itself is the route `front-door`). */
export const PageController = (path = ''): ClassDecorator => Controller(path ? `hub/${path}` : 'hub');
