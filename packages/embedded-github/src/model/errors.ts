/** GitHub's own words for the reasons that it repeats in several interfaces. */
type ErrorType = 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE' | 'STALE_DATA' | 'INSUFFICIENT_SCOPES' | 'UNAUTHENTICATED';

interface ValidationProblem {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

interface Details {
  readonly type?: ErrorType;
  readonly errors?: readonly (ValidationProblem | string)[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A request that GitHub refuses. REST answers it with `status` and `message`, GraphQL with HTTP 200 and an entry of
 * `errors` that carries `type`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly errors: Details['errors'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.type = details.type ?? typeOf(status);
    this.errors = details.errors;
    this.headers = details.headers ?? {};
  }
}

function typeOf(status: number): ErrorType {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  return status === 404 ? 'NOT_FOUND' : 'UNPROCESSABLE';
}

export function notFound(what = 'Not Found'): ApiError {
  return new ApiError(404, what);
}

/** Of an issue that was deleted (operation `issues/get`). */
export function gone(): ApiError {
  return new ApiError(410, 'This issue was deleted');
}

export function forbidden(message = 'Resource not accessible by integration'): ApiError {
  return new ApiError(403, message);
}

export function badCredentials(message = 'Bad credentials'): ApiError {
  return new ApiError(401, message);
}

export function unprocessable(message: string, errors?: Details['errors']): ApiError {
  return new ApiError(422, message, errors === undefined ? {} : { errors });
}

export function invalidField(resource: string, field: string, code = 'missing_field'): ApiError {
  return unprocessable('Validation Failed', [{ resource, field, code }]);
}
