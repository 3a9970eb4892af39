import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './admin.css';
import { App } from './app.js';
import { root } from './hub/hub.js';
import { keepUpToDate } from './hub/live.js';
import { newQueryClient } from './hub/queries.js';
import { keepFocus } from './ui/kept-focus.js';

const queries = newQueryClient();
keepUpToDate(queries);
keepFocus(root);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
