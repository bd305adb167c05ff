import { OperatorError } from '../../../contract/errors.js';
import type { LocalResource } from '../../../contract/local-resource.js';

/** What people see of an error is its message only: so the hint goes in, and an operator's mistake shows no stack. */
export function sayingHints(resource: LocalResource): LocalResource {
  return {
    create: guarded((next) => resource.create(next)),
    read: guarded((id, last) => resource.read(id, last)),
    diff: guarded((id, last, next) => resource.diff(id, last, next)),
    update: guarded((id, last, next) => resource.update(id, last, next)),
    delete: guarded((id, last) => resource.delete(id, last)),
  };
}

function guarded<Asked extends unknown[], Answer>(
  act: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  return async (...asked) => {
    try {
      return await act(...asked);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      const said = new Error(error.hint === undefined ? error.message : `${error.message} (${error.hint})`);
      said.stack = '';
      throw said;
    }
  };
}
