/**
 * How the server runs, as arguments: always those of this version, whatever the data directory's
 * files say. For one machine that it shares with judging: little memory, no parallel queries.
 */
export function serverArguments(data: string, socketDirectory: string): readonly string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: quoted(socketDirectory),
    unix_socket_permissions: '0700',
    port: '5432',
    // API, worker and tools with a pool each, and some more of them.
    max_connections: '100',
    shared_buffers: '128MB',
    huge_pages: 'off',
    // No shared memory of a size that containers do not have.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    min_wal_size: '80MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    // Details of errors hold whole rows, and with them sources.
    log_error_verbosity: 'terse',
    // Notices the death of whoever waits for a long query.
    client_connection_check_interval: '10s',
  };
  return [
    ...['-D', data],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** The setting is a list, in which a comma separates. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
