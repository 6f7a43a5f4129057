/** A server that is compiled from its sources by Go, in the one version that the tests were written with. */
export interface GoProgram {
  /** As people know it. */
  readonly name: string;
  /** The file that the server's own releases install: what is looked for on PATH, in any version. */
  readonly onPath: string;
  /** The package that `go install` is asked for. */
  readonly package: string;
  readonly version: string;
  /** The file that `go install` makes: the last part of the package's path. */
  readonly file: string;
  /** How long the first `go install` took on two cores with nothing downloaded. */
  readonly installTakes: string;
  /** The variable that names a running server in its place, where there is one. */
  readonly endpointVariable?: string;
}

/** The programs, by the names that `describeWithServer` knows them by. */
export const GO_PROGRAMS = {
  minio: {
    name: 'MinIO',
    onPath: 'minio',
    package: 'github.com/minio/minio',
    version: 'v0.0.0-20250907161309-07c3a429bfed',
    file: 'minio',
    installTakes: '3 minutes',
    endpointVariable: 'ICECHUNK_TEST_S3_ENDPOINT',
  },
  'fake-gcs': {
    name: 'fake-gcs-server',
    onPath: 'fake-gcs-server',
    package: 'github.com/fsouza/fake-gcs-server',
    version: 'v1.56.1',
    file: 'fake-gcs-server',
    installTakes: '1 minute',
    endpointVariable: 'ICECHUNK_TEST_GCS_ENDPOINT',
  },
  toxiproxy: {
    name: 'Toxiproxy',
    onPath: 'toxiproxy-server',
    package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
    version: 'v2.5.0',
    file: 'server',
    installTakes: '10 seconds',
  },
} as const satisfies Readonly<Record<string, GoProgram>>;
