import { json, serve } from '../serve.js';
import { setting } from '../setting.js';
import { think } from '../think.js';
import { page } from './page.js';

const shop = setting('SHOP_NAME');

serve(
  async (request) => {
    if (new URL(request.url ?? '/', 'http://web').pathname !== '/') return json(404, { error: 'no such path' });
    await think();
    return { status: 200, type: 'text/html; charset=utf-8', body: page(shop) };
  },
  () => Promise.resolve(),
);
