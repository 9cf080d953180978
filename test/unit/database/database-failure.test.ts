import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { databaseFailure } from '../../../src/database/database-failure.js';

function ofState(code: string): DatabaseError {
  return Object.assign(new DatabaseError('x', 1, 'error'), { code });
}

function ofSystem(code: string, syscall: string): Error {
  return Object.assign(new Error(code), { code, syscall });
}

describe('databaseFailure', () => {
  it.each([
    ['admin_shutdown', ofState('57P01'), 'unavailable'],
    ['disk_full', ofState('53100'), 'unavailable'],
    ['read only', ofState('25006'), 'unavailable'],
    ['serialization', ofState('40001'), 'conflict'],
    ['deadlock', ofState('40P01'), 'conflict'],
    ['unique index', ofState('23505'), 'duplicate'],
    ['no server', ofSystem('ECONNREFUSED', 'connect'), 'unavailable'],
    ['no socket', ofSystem('ENOENT', 'connect'), 'unavailable'],
    ['several addresses', new AggregateError([ofSystem('ECONNREFUSED', 'connect')]), 'unavailable'],
    ['cut', new Error('Connection terminated unexpectedly'), 'unavailable'],
    ['full pool', new Error('timeout exceeded when trying to connect'), 'unavailable'],
    ['a foreign key', ofState('23503'), undefined],
    ['a wrong statement', ofState('42601'), undefined],
    ['a file', ofSystem('ENOENT', 'open'), undefined],
    ['anything else', new Error('x'), undefined],
    ['no error', 'x', undefined],
  ] as const)('knows %s', (_what, error, failure) => {
    expect(databaseFailure(error)).toBe(failure);
  });
});
