export interface ContainerSummary {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  /** running, created, exited, removing, … */
  readonly state: string;
}

export interface DockerVersion {
  readonly version: string;
  readonly apiVersion: string;
  readonly kernelVersion: string;
  readonly architecture: string;
  /** The runc that answers, if the daemon says so. */
  readonly runcVersion?: string;
}

/** What of `docker info` is looked at. */
export interface DockerInfo {
  readonly ServerVersion: string;
  readonly CgroupVersion?: string;
  readonly CgroupDriver: string;
  readonly DefaultRuntime: string;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly SwapLimit: boolean;
  readonly PidsLimit: boolean;
  readonly SecurityOptions: readonly string[];
  readonly Warnings?: readonly string[] | null;
}
